export type Shortcut = 'send' | 'one' | 'more' | 'fewer' | 'cancel' | 'table' | 'help'

/** What the help dialog lists and what a key press is looked up in. */
export const SHORTCUTS: readonly { shortcut: Shortcut; keys: readonly string[]; shown: string; does: string }[] = [
  { shortcut: 'send', keys: ['b', 'B'], shown: 'B', does: 'send the burst in the form' },
  { shortcut: 'one', keys: ['n', 'N'], shown: 'N', does: 'send one request' },
  { shortcut: 'more', keys: ['+', '='], shown: '+', does: 'one more replica' },
  { shortcut: 'fewer', keys: ['-'], shown: '−', does: 'one replica fewer' },
  { shortcut: 'cancel', keys: ['Escape'], shown: 'Esc', does: 'cancel the running burst' },
  { shortcut: 'table', keys: ['t', 'T'], shown: 'T', does: 'switch between tape and table' },
  { shortcut: 'help', keys: ['?'], shown: '?', does: 'this help' },
]

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

/** Which command a key press means; null for none. `lettersOn`: the switch for single-character keys (WCAG 2.1.4); Esc is none. */
export function shortcutOf(press: Press, lettersOn: boolean): Shortcut | null {
  if (press.modified || press.repeated || press.inField || press.inOverlay) return null
  const found = SHORTCUTS.find(({ keys }) => keys.includes(press.key))?.shortcut ?? null
  return found === 'cancel' || lettersOn ? found : null
}
