import { isFields, parseJson } from '../compose/fields.ts'
import { PROJECT_LABEL } from '../compose/project-profile.ts'

const MAX_VALUES = 100

function valuesOf(given: unknown): string[] | null {
  // Older clients write a set as an object: { "a=b": true }.
  const values = isFields(given) ? Object.keys(given) : given
  const fits =
    Array.isArray(values) && values.length <= MAX_VALUES && values.every((value) => typeof value === 'string')
  return fits ? values : null
}

/**
 * The `filters` of a list, with the project's label added: the engine takes all labels together.
 * @returns null when they are not filters, or name a key that is not allowed
 */
export function narrowFilters(given: string | undefined, allowed: readonly string[], project: string): string | null {
  const filters: unknown = given === undefined || given === '' ? {} : parseJson(given)
  if (!isFields(filters)) return null
  const narrowed = new Map<string, string[]>()
  for (const [key, value] of Object.entries(filters)) {
    const values = valuesOf(value)
    if (!allowed.includes(key) || !values) return null
    narrowed.set(key, values)
  }
  const labels = narrowed.get('label') ?? []
  narrowed.set('label', [...labels, `${PROJECT_LABEL}=${project}`])
  return JSON.stringify(Object.fromEntries(narrowed))
}
