/** What a command got, as parsed from its line, and what it gives back: fields of its answer line. */
export type Command = (fields: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/** The commands that a backend knows, by name. A new one is a file of its own and a line in server.ts. */
export type Commands = ReadonlyMap<string, Command>

function refusal(error: string, id?: unknown): Record<string, unknown> {
  return Number.isSafeInteger(id) ? { event: 'answer', id, ok: false, error } : { event: 'answer', ok: false, error }
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** One line in, the answer line's value out. Never throws: what cannot be done is answered with `ok: false` and the reason. */
export function obey(line: string, commands: Commands): Record<string, unknown> {
  const fields = parse(line)
  if (fields === null) return refusal('not a JSON object')
  const { id, command } = fields
  if (!Number.isSafeInteger(id)) return refusal('id: an integer is needed')
  const run = typeof command === 'string' ? commands.get(command) : undefined
  if (run === undefined) return refusal('unknown command', id)
  try {
    return { ...run(fields), event: 'answer', id, ok: true }
  } catch (error) {
    return refusal(error instanceof Error ? error.message : 'failed', id)
  }
}

export const TOO_LONG = refusal('line too long')
