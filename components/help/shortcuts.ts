export type Shortcut =
  | 'send'
  | 'one'
  | 'more'
  | 'fewer'
  | 'door'
  | 'backend'
  | 'earlier'
  | 'later'
  | 'back'
  | 'live'
  | 'table'
  | 'help'

/** What the help dialog lists and what a key press is looked up in. */
export const SHORTCUTS: readonly { shortcut: Shortcut; keys: readonly string[]; shown: string; does: string }[] = [
  { shortcut: 'send', keys: ['b', 'B'], shown: 'B', does: 'send the burst in the form' },
  { shortcut: 'one', keys: ['n', 'N'], shown: 'N', does: 'send one request' },
  { shortcut: 'more', keys: ['+', '='], shown: '+', does: 'one more replica' },
  { shortcut: 'fewer', keys: ['-'], shown: '−', does: 'one replica fewer' },
  { shortcut: 'door', keys: ['0'], shown: '0', does: 'select the front door' },
  {
    ...{ shortcut: 'backend', keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], shown: '1–9' },
    does: 'select a backend by its number',
  },
  { shortcut: 'earlier', keys: ['ArrowLeft'], shown: '←', does: 'select the request before' },
  { shortcut: 'later', keys: ['ArrowRight'], shown: '→', does: 'select the next request' },
  {
    shortcut: 'back',
    keys: ['Escape'],
    shown: 'Esc',
    does: 'one step back: leave the field, then the selection, then cancel the burst',
  },
  { shortcut: 'live', keys: ['l', 'L'], shown: 'L', does: 'back to the live run' },
  { shortcut: 'table', keys: ['t', 'T'], shown: 'T', does: 'switch between tape and table' },
  { shortcut: 'help', keys: ['?'], shown: '?', does: 'this help' },
]

/** A key that is held down goes on walking; nothing else is done twice by it. */
const WALKS: ReadonlySet<Shortcut> = new Set(['earlier', 'later'])

export type Press = {
  key: string
  /** Ctrl, Alt or Meta is down: the browser's or the system's business. */
  modified: boolean
  repeated: boolean
  /** The focus is where one types. */
  inField: boolean
  /** A dialog or popover is open, which takes its own keys. */
  inOverlay: boolean
}

/** Which command a key press means; null for none. `lettersOn`: the switch for single-character keys (WCAG 2.1.4); Esc and arrows are none. */
export function shortcutOf(press: Press, lettersOn: boolean): Shortcut | null {
  if (press.modified || press.inField || press.inOverlay) return null
  const found = SHORTCUTS.find(({ keys }) => keys.includes(press.key))?.shortcut ?? null
  if (found === null || (press.repeated && !WALKS.has(found))) return null
  return press.key.length > 1 || lettersOn ? found : null
}
