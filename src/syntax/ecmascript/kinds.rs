//! The node kinds that the adapter tells apart, by the numbers that each grammar gives them.

use std::sync::OnceLock;

use tree_sitter::Node;

use crate::language::Language;

/// What a node is to the adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Program,
    Error,
    /// A piece that its parent reads from the node: a property name, a label, a fragment of a string.
    Piece,
    /// A type, or anything else without values.
    Region,
    Annotation,
    /// A kind without a rule: its children's values become opaque.
    Other,

    Name,
    Number,
    True,
    False,
    Null,
    This,
    Super,
    Import,
    MetaProperty,
    Regex,
    String,
    Template,
    /// The same as its only child: a substitution, a JSX expression, a computed key.
    Pass,
    TaggedOrCall,
    New,
    Arguments,
    Spread,
    Member,
    Subscript,
    Object,
    Pair,
    Shorthand,
    Array,
    Unary,
    Binary,
    Ternary,
    Await,
    Yield,
    Parenthesized,
    Sequence,
    Cast,
    Assignment,
    Augmented,
    Update,
    JsxElement,
    JsxTag,

    ShorthandPattern,
    ObjectPattern,
    ArrayPattern,
    PairPattern,
    DefaultPattern,
    RestPattern,

    Function,
    Method,
    Parameters,
    Parameter,
    Class,
    ClassHeritage,
    ClassBody,
    Field,
    StaticBlock,
    Decorator,
    Enum,
    EnumBody,
    EnumMember,
    Namespace,

    ImportStatement,
    ImportClause,
    ImportRequire,
    ImportAlias,
    ExportStatement,
    ExportClause,
    NamespaceExport,

    Expression,
    Declaration,
    Declarator,
    Block,
    If,
    Else,
    Switch,
    SwitchBody,
    Case,
    For,
    ForIn,
    While,
    Do,
    Try,
    Catch,
    Finally,
    With,
    Break,
    Continue,
    Return,
    Throw,
    Empty,
    Labeled,
}

/// The kinds by the names that the grammars give them. A name that only one of the grammars has stands here, too.
const KINDS: &[(&str, Kind)] = &[
    ("program", Kind::Program),
    ("identifier", Kind::Name),
    ("number", Kind::Number),
    ("true", Kind::True),
    ("false", Kind::False),
    ("null", Kind::Null),
    ("undefined", Kind::Null),
    ("this", Kind::This),
    ("super", Kind::Super),
    ("import", Kind::Import),
    ("meta_property", Kind::MetaProperty),
    ("regex", Kind::Regex),
    ("string", Kind::String),
    ("template_string", Kind::Template),
    ("template_substitution", Kind::Pass),
    ("computed_property_name", Kind::Pass),
    ("jsx_expression", Kind::Pass),
    ("jsx_attribute", Kind::Pass),
    ("call_expression", Kind::TaggedOrCall),
    ("new_expression", Kind::New),
    ("arguments", Kind::Arguments),
    ("spread_element", Kind::Spread),
    ("member_expression", Kind::Member),
    ("nested_identifier", Kind::Member),
    ("subscript_expression", Kind::Subscript),
    ("object", Kind::Object),
    ("pair", Kind::Pair),
    ("shorthand_property_identifier", Kind::Shorthand),
    ("array", Kind::Array),
    ("unary_expression", Kind::Unary),
    ("binary_expression", Kind::Binary),
    ("ternary_expression", Kind::Ternary),
    ("await_expression", Kind::Await),
    ("yield_expression", Kind::Yield),
    ("parenthesized_expression", Kind::Parenthesized),
    ("sequence_expression", Kind::Sequence),
    ("as_expression", Kind::Cast),
    ("satisfies_expression", Kind::Cast),
    ("non_null_expression", Kind::Cast),
    ("type_assertion", Kind::Cast),
    ("instantiation_expression", Kind::Cast),
    ("assignment_expression", Kind::Assignment),
    ("augmented_assignment_expression", Kind::Augmented),
    ("update_expression", Kind::Update),
    ("jsx_element", Kind::JsxElement),
    ("jsx_self_closing_element", Kind::JsxElement),
    ("jsx_opening_element", Kind::JsxTag),
    ("jsx_closing_element", Kind::JsxTag),
    ("shorthand_property_identifier_pattern", Kind::ShorthandPattern),
    ("object_pattern", Kind::ObjectPattern),
    ("array_pattern", Kind::ArrayPattern),
    ("pair_pattern", Kind::PairPattern),
    ("assignment_pattern", Kind::DefaultPattern),
    ("object_assignment_pattern", Kind::DefaultPattern),
    ("rest_pattern", Kind::RestPattern),
    ("function_declaration", Kind::Function),
    ("function_expression", Kind::Function),
    ("generator_function", Kind::Function),
    ("generator_function_declaration", Kind::Function),
    ("arrow_function", Kind::Function),
    ("method_definition", Kind::Method),
    ("formal_parameters", Kind::Parameters),
    ("required_parameter", Kind::Parameter),
    ("optional_parameter", Kind::Parameter),
    ("class", Kind::Class),
    ("class_declaration", Kind::Class),
    ("abstract_class_declaration", Kind::Class),
    ("class_heritage", Kind::ClassHeritage),
    ("extends_clause", Kind::ClassHeritage),
    ("class_body", Kind::ClassBody),
    ("field_definition", Kind::Field),
    ("public_field_definition", Kind::Field),
    ("class_static_block", Kind::StaticBlock),
    ("decorator", Kind::Decorator),
    ("enum_declaration", Kind::Enum),
    ("enum_body", Kind::EnumBody),
    ("enum_assignment", Kind::EnumMember),
    ("internal_module", Kind::Namespace),
    ("module", Kind::Namespace),
    ("import_statement", Kind::ImportStatement),
    ("import_clause", Kind::ImportClause),
    ("import_require_clause", Kind::ImportRequire),
    ("import_alias", Kind::ImportAlias),
    ("export_statement", Kind::ExportStatement),
    ("export_clause", Kind::ExportClause),
    ("namespace_export", Kind::NamespaceExport),
    ("expression_statement", Kind::Expression),
    ("lexical_declaration", Kind::Declaration),
    ("variable_declaration", Kind::Declaration),
    ("using_declaration", Kind::Declaration),
    ("variable_declarator", Kind::Declarator),
    ("statement_block", Kind::Block),
    ("if_statement", Kind::If),
    ("else_clause", Kind::Else),
    ("switch_statement", Kind::Switch),
    ("switch_body", Kind::SwitchBody),
    ("switch_case", Kind::Case),
    ("switch_default", Kind::Case),
    ("for_statement", Kind::For),
    ("for_in_statement", Kind::ForIn),
    ("while_statement", Kind::While),
    ("do_statement", Kind::Do),
    ("try_statement", Kind::Try),
    ("catch_clause", Kind::Catch),
    ("finally_clause", Kind::Finally),
    ("with_statement", Kind::With),
    ("break_statement", Kind::Break),
    ("continue_statement", Kind::Continue),
    ("return_statement", Kind::Return),
    ("throw_statement", Kind::Throw),
    ("empty_statement", Kind::Empty),
    ("debugger_statement", Kind::Empty),
    ("labeled_statement", Kind::Labeled),
    ("type_annotation", Kind::Annotation),
];

/// Pieces: what they say is read from the text by whoever holds them.
const PIECES: &[&str] = &[
    "hash_bang_line",
    "property_identifier",
    "private_property_identifier",
    "statement_identifier",
    "type_identifier",
    "optional_chain",
    "string_fragment",
    "escape_sequence",
    "html_character_reference",
    "jsx_text",
    "jsx_namespace_name",
    "accessibility_modifier",
    "override_modifier",
];

/// Types, and declarations without values. Their names and literals are not values of the program.
const REGIONS: &[&str] = &[
    "abstract_method_signature",
    "ambient_declaration",
    "array_type",
    "asserts_annotation",
    "conditional_type",
    "constructor_type",
    "existential_type",
    "flow_maybe_type",
    "function_signature",
    "function_type",
    "generic_type",
    "implements_clause",
    "import_attribute",
    "index_signature",
    "index_type_query",
    "infer_type",
    "interface_declaration",
    "intersection_type",
    "literal_type",
    "lookup_type",
    "method_signature",
    "nested_type_identifier",
    "object_type",
    "parenthesized_type",
    "predefined_type",
    "readonly_type",
    "template_literal_type",
    "this_type",
    "tuple_type",
    "type_alias_declaration",
    "type_arguments",
    "type_parameters",
    "type_predicate_annotation",
    "type_query",
    "union_type",
];

/// A grammar's kinds by number.
pub(super) struct Kinds(Vec<Kind>);

impl Kinds {
    /// The table of a language's grammar, made once.
    pub(super) fn of(language: Language) -> &'static Self {
        static TABLES: [OnceLock<Kinds>; 3] = [const { OnceLock::new() }; 3];
        let (table, grammar) = match language {
            Language::TypeScript => (&TABLES[1], tree_sitter_typescript::LANGUAGE_TYPESCRIPT),
            Language::Tsx => (&TABLES[2], tree_sitter_typescript::LANGUAGE_TSX),
            _ => (&TABLES[0], tree_sitter_javascript::LANGUAGE),
        };
        table.get_or_init(|| {
            let grammar = tree_sitter::Language::from(grammar);
            let ids = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
            Self(ids.map(|it| kind_named(grammar.node_kind_for_id(it).unwrap_or_default())).collect())
        })
    }

    /// What a node is.
    pub(super) fn get(&self, node: Node<'_>) -> Kind {
        if node.is_error() {
            return Kind::Error;
        }
        self.0.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
    }
}

fn kind_named(name: &str) -> Kind {
    if let Some((_, kind)) = KINDS.iter().find(|it| it.0 == name) {
        return *kind;
    }
    match name {
        _ if PIECES.contains(&name) => Kind::Piece,
        _ if REGIONS.contains(&name) => Kind::Region,
        _ => Kind::Other,
    }
}
