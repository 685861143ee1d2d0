//! `keylint check`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{CheckArguments, FailOn, FormatArgument};
use super::judge::{Judge, Judged, Subject, guarded, quiet_panics};
use super::{Exit, mend, output, parallel, today};
use crate::catalog::Catalog;
use crate::finding::Severity;
use crate::fix::apply::Limits;
use crate::language::Language;
use crate::linter::{Options, check_selectors};
use crate::project::discover::{Candidate, Discovery, Unreachable};
use crate::project::paths;
use crate::project::workspace::Workspace;
use crate::report::{Failure, Format, Report, Style, find_keys};

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let options = options(arguments)?;
    let catalog = Catalog::embedded();
    let find_keys = find_keys(catalog);
    quiet_panics();
    let here = std::env::current_dir().context("there is no working directory")?;
    let run = Run {
        judge: Judge { catalog, options: &options, find_keys: &find_keys, here },
        threads: arguments.threads.map_or_else(default_threads, usize::from),
    };
    let to = arguments.output.as_deref();
    let mut bytes = Vec::new();
    let mut report = match arguments.paths.iter().any(|it| it.as_os_str() == "-") {
        true => run.standard_input(arguments)?,
        false => run.paths(arguments, &mut bytes)?,
    };
    report.sort();
    let style = Style { colour: output::colour(to), quiet: arguments.quiet, statistics: arguments.statistics };
    if !arguments.diff {
        report.write(format(arguments.format), style, catalog.date(), &mut bytes)?;
    }
    output::write(to, &bytes)?;
    Ok(exit(&report, arguments.fail_on))
}

/// A file of more bytes is judged by one thread: trees and facts take up to four hundred times as much where every second
/// byte is an operator.
const HEAVY: u64 = 128 << 10;

/// What a run works with.
struct Run<'a> {
    judge: Judge<'a>,
    threads: usize,
}

/// What a run found on the disk, and how it is called.
struct Found {
    candidates: Vec<Candidate>,
    failures: Vec<Failure>,
    /// The project of each named path, by its place in `workspaces`.
    origins: Vec<usize>,
    workspaces: Vec<Workspace>,
}

impl Run<'_> {
    /// Judges what comes on standard input.
    fn standard_input(&self, arguments: &CheckArguments) -> anyhow::Result<Report> {
        if arguments.paths.len() > 1 {
            bail!("`-` stands alone");
        }
        if arguments.fix || arguments.diff {
            bail!("standard input cannot be mended in place: name a file");
        }
        let Some(name) = &arguments.stdin_filename else {
            bail!("`-` needs --stdin-filename, which tells the language");
        };
        let Some(language) = Language::of_path(name) else {
            bail!("{}: not a kind of file that keylint reads", name.display());
        };
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        let workspace = Workspace::open(paths::root_of(name, &self.judge.here));
        let subject = self.subject(name, language, &workspace);
        let judged = guarded(|| self.judge.bytes(&subject, &bytes)).map_err(anyhow::Error::msg)?;
        Ok(collect(1, vec![judged], Vec::new()))
    }

    /// Judges files and folders, and mends them if that was asked for. A diff goes to `out`.
    fn paths(&self, arguments: &CheckArguments, out: &mut Vec<u8>) -> anyhow::Result<Report> {
        let found = self.find(arguments);
        let judged = self.judge_all(&found);
        if !arguments.fix && !arguments.diff {
            return Ok(collect(found.candidates.len(), judged, found.failures));
        }
        let limits = Limits { unsafe_fixes: arguments.unsafe_fixes, parse_deadline: self.judge.options.parse_deadline };
        let fixable = found.candidates.iter().zip(&judged).filter(|(_, judged)| judged.fixable);
        let subjects: Vec<Subject<'_>> = fixable.map(|(it, _)| self.candidate(it, &found)).collect();
        let mended = mend::run(&self.judge, &subjects, limits, arguments.fix);
        if arguments.diff {
            mended.write_diff(&self.judge, out)?;
            return Ok(collect(found.candidates.len(), judged, found.failures));
        }
        // Mending makes files and may uncover other mistakes, so everything is looked at again.
        let again = self.find(arguments);
        let judged = if mended.fixed > 0 { self.judge_all(&again) } else { judged };
        let mut report = collect(again.candidates.len(), judged, again.failures);
        report.fixed = Some(mended.fixed);
        report.failures.extend(mended.failures);
        Ok(report)
    }

    fn find(&self, arguments: &CheckArguments) -> Found {
        let discovery = Discovery { respect_ignore: !arguments.no_ignore, threads: self.threads };
        let (candidates, unreachable) = discovery.run(&arguments.paths);
        let (mut roots, mut origins): (Vec<PathBuf>, Vec<usize>) = Default::default();
        for path in &arguments.paths {
            let root = paths::root_of(path, &self.judge.here);
            let at = roots.iter().position(|it| *it == root).unwrap_or_else(|| {
                roots.push(root);
                roots.len() - 1
            });
            origins.push(at);
        }
        let failures = unreachable.iter().map(|it| self.failure(it)).collect();
        Found { candidates, failures, origins, workspaces: roots.into_iter().map(Workspace::open).collect() }
    }

    fn judge_all(&self, found: &Found) -> Vec<Judged> {
        parallel::map(
            &found.candidates,
            self.threads,
            |it| it.size > HEAVY,
            |it| self.judge.file(&self.candidate(it, found)),
        )
    }

    fn candidate<'a>(&self, candidate: &'a Candidate, found: &'a Found) -> Subject<'a> {
        let workspace = &found.workspaces[found.origins[candidate.origin]];
        self.subject(&candidate.path, candidate.language, workspace)
    }

    fn subject<'a>(&self, path: &'a Path, language: Language, workspace: &'a Workspace) -> Subject<'a> {
        let absolute = paths::absolute(path, &self.judge.here);
        let display = paths::display(&absolute, &self.judge.here);
        let relative = paths::display(&absolute, workspace.disk.root());
        Subject { path, relative, display, language, workspace }
    }

    fn failure(&self, it: &Unreachable) -> Failure {
        let absolute = paths::absolute(&it.path, &self.judge.here);
        let redactor = self.judge.redactor();
        Failure {
            path: redactor.label(&paths::display(&absolute, &self.judge.here)).into_owned(),
            message: redactor.label(&it.message).into_owned(),
        }
    }
}

fn collect(files: usize, judged: Vec<Judged>, mut failures: Vec<Failure>) -> Report {
    let mut entries = Vec::new();
    for it in judged {
        entries.extend(it.entries);
        failures.extend(it.failure);
    }
    Report { files, entries, failures, fixed: None }
}

fn options(arguments: &CheckArguments) -> anyhow::Result<Options> {
    let options = Options {
        pedantic: arguments.pedantic,
        select: arguments.select.clone(),
        extend_select: arguments.extend_select.clone(),
        ignore: arguments.ignore.clone(),
        ..Options::on(arguments.today.unwrap_or_else(today))
    };
    let names = options.select.iter().chain(&options.extend_select).chain(&options.ignore);
    if let Err(unknown) = check_selectors(names) {
        let hint = unknown.nearest.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
        bail!("`{}` is no rule and no family of rules{hint}", unknown.name);
    }
    Ok(options)
}

fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn format(argument: FormatArgument) -> Format {
    match argument {
        FormatArgument::Full => Format::Full,
        FormatArgument::Concise => Format::Concise,
        FormatArgument::Json => Format::Json,
    }
}

fn exit(report: &Report, fail_on: FailOn) -> Exit {
    let least = match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
        FailOn::Never => None,
    };
    match (least, report.worst()) {
        (Some(least), Some(worst)) if worst >= least => Exit::Findings,
        _ if !report.failures.is_empty() => Exit::Incomplete,
        _ => Exit::Clean,
    }
}
