//! `keylint check`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, bail};

use super::args::{CheckArguments, FailOn, FormatArgument};
use super::judge::{Judge, Judged, Subject, guarded, quiet_panics};
use super::{Exit, output, today};
use crate::catalog::Catalog;
use crate::finding::Severity;
use crate::language::Language;
use crate::linter::{Options, check_selectors};
use crate::project::Project;
use crate::project::discover::{Candidate, Discovery, Unreachable};
use crate::project::paths;
use crate::report::{Failure, Format, Report, Style, find_keys};
use crate::text::Redactor;

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let options = options(arguments)?;
    let catalog = Catalog::embedded();
    let find_keys = find_keys(catalog);
    quiet_panics();
    let run = Run {
        judge: Judge { catalog, options: &options, find_keys: &find_keys },
        here: std::env::current_dir().context("there is no working directory")?,
        threads: arguments.threads.map_or_else(default_threads, usize::from),
    };
    let mut report = match arguments.paths.iter().any(|it| it.as_os_str() == "-") {
        true => run.standard_input(arguments)?,
        false => run.paths(arguments),
    };
    report.sort();
    let to = arguments.output.as_deref();
    let style = Style { colour: output::colour(to), quiet: arguments.quiet, statistics: arguments.statistics };
    let mut bytes = Vec::new();
    report.write(format(arguments.format), style, catalog.date(), &mut bytes)?;
    output::write(to, &bytes)?;
    Ok(exit(&report, arguments.fail_on))
}

/// What a run works with.
struct Run<'a> {
    judge: Judge<'a>,
    here: PathBuf,
    threads: usize,
}

impl Run<'_> {
    /// Judges what comes on standard input.
    fn standard_input(&self, arguments: &CheckArguments) -> anyhow::Result<Report> {
        if arguments.paths.len() > 1 {
            bail!("`-` stands alone");
        }
        let Some(name) = &arguments.stdin_filename else {
            bail!("`-` needs --stdin-filename, which tells the language");
        };
        let Some(language) = Language::of_path(name) else {
            bail!("{}: not a kind of file that keylint reads", name.display());
        };
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        let project = Project::unknown();
        let subject = self.subject(name, language, &self.here, &project);
        let judged = guarded(|| self.judge.bytes(&subject, &bytes)).map_err(anyhow::Error::msg)?;
        Ok(collect(1, vec![judged], Vec::new()))
    }

    /// Judges files and folders.
    fn paths(&self, arguments: &CheckArguments) -> Report {
        let discovery = Discovery { respect_ignore: !arguments.no_ignore, threads: self.threads };
        let (candidates, unreachable) = discovery.run(&arguments.paths);
        let roots: Vec<PathBuf> = arguments.paths.iter().map(|it| paths::root_of(it, &self.here)).collect();
        let project = Project::unknown();
        let judged = in_parallel(&candidates, self.threads, |it: &Candidate| {
            self.judge.file(&self.subject(&it.path, it.language, &roots[it.origin], &project))
        });
        let failures = unreachable.iter().map(|it| self.failure(it)).collect();
        collect(candidates.len(), judged, failures)
    }

    fn subject<'a>(&self, path: &'a Path, language: Language, root: &Path, project: &'a Project) -> Subject<'a> {
        let absolute = paths::absolute(path, &self.here);
        let display = paths::relative(&absolute, &self.here).unwrap_or_else(|| paths::slashed(&absolute));
        let relative = paths::relative(&absolute, root).unwrap_or_else(|| display.clone());
        Subject { path, relative, display, language, project }
    }

    fn failure(&self, it: &Unreachable) -> Failure {
        let absolute = paths::absolute(&it.path, &self.here);
        let display = paths::relative(&absolute, &self.here).unwrap_or_else(|| paths::slashed(&absolute));
        let redactor: Redactor<'_> = self.judge.redactor();
        Failure { path: redactor.label(&display).into_owned(), message: redactor.label(&it.message).into_owned() }
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

/// Does a piece of work for every item on so many threads. The results stand in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.clamp(1, items.len().max(1))).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|it| it.join().expect("panics are caught file by file")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
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
