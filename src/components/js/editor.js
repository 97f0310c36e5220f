// An editor of SQL: CodeMirror with DuckDB's words and the names of a catalog. It takes words and texts, and reports
// what is typed; it must not know how anything is run.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completeFromList,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { SQLDialect, sql } from "@codemirror/lang-sql";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The page's own colours, so that light and dark need nothing here.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.typeName, color: "var(--code-type)" },
  { tag: tags.comment, color: "var(--text-soft)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--surface)", color: "var(--text)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--font-code)", minHeight: "9rem", maxHeight: "50vh" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--text-soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--raised)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-faint)",
  },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-text)" },
});

// The words of the engine; plain SQL until they have been fetched.
const dialect = ({ keywords = "select from where group order by", types = "" }) =>
  SQLDialect.define({
    keywords,
    types,
    doubleDollarQuotedStrings: true,
    hashComments: false,
    identifierQuotes: '"',
    operatorChars: "*+-%<>!=&|~^/:@",
  });

// Functions and columns are completed wherever they are typed, not only where their table is known.
const language = (words) => {
  const { schema = {}, functions = "" } = words;
  const columns = [...new Set(Object.values(schema).flat())].map((label) => ({ label, type: "property", boost: 1 }));
  const called = functions.split(" ").map((label) => ({ label, type: "function", boost: -1 }));
  const speaks = sql({ dialect: dialect(words), schema, upperCaseKeywords: true });
  return [speaks, speaks.language.data.of({ autocomplete: completeFromList([...columns, ...called]) })];
};

/**
 * Puts an editor into an element, which shows the text of a number first.
 *
 * `words`: `{ keywords, types, functions }`, each a text of words between spaces, and `schema`, an object of tables
 * with an array of columns. `onChange` gets the text, `onRun` the position of the cursor on Ctrl or Cmd and Enter.
 * Positions count UTF-16 code units.
 */
export function edit(parent, label, number, text, words, onChange, onRun) {
  const speaks = new Compartment();
  let known = words;
  const stateOf = (text) =>
    EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(
          keymap.of([
            {
              key: "Mod-Enter",
              run: (view) => {
                onRun(view.state.selection.main.head);
                return true;
              },
            },
          ]),
        ),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        syntaxHighlighting(colours),
        look,
        speaks.of(language(known)),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, role: "textbox", "aria-multiline": "true" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
        // Tab stays the way out of the editor.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      ],
    });
  const view = new EditorView({ parent, state: stateOf(text) });
  // Each text has a history of its own: undoing in one brings nothing of another.
  const states = new Map();
  let shown = number;
  return {
    /** Shows the text of another number, as it was left if it is still the same. */
    show: (number, text) => {
      states.set(shown, view.state);
      shown = number;
      const state = states.get(number);
      view.setState(state?.doc.toString() === text ? state : stateOf(text));
      view.dispatch({ effects: speaks.reconfigure(language(known)) });
    },
    /** Replaces the whole text, which is undone by itself, however soon it comes after what was typed. */
    write: (text) =>
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        annotations: isolateHistory.of("full"),
      }),
    /** Where the cursor is. */
    cursor: () => view.state.selection.main.head,
    /** Names that may be completed from now on. */
    learn: (words) => {
      known = words;
      view.dispatch({ effects: speaks.reconfigure(language(words)) });
    },
    /** Marks a problem from one position to another, or none. */
    mark: (from, to, message) => {
      const end = view.state.doc.length;
      const problems =
        message === undefined ? [] : [{ from: Math.min(from, end), to: Math.min(to, end), severity: "error", message }];
      view.dispatch(setDiagnostics(view.state, problems));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
