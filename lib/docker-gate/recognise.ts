import { RULES, type Rule } from './rules.ts'
import { readTarget, type Target } from './target.ts'

export type Refusal = { refused: string; status: 403 | 404 }

/** A call that a rule names, with the ids it is about. What it may touch is decided by decide.ts. */
export type Asked = { rule: Rule; target: Target; ids: Readonly<Partial<Record<Slot, string>>> }
export type Slot = 'container' | 'exec'

export const ENGINE_ID = /^[0-9a-f]{64}$/
const SLOTS: ReadonlyMap<string, Slot> = new Map([
  ['{container}', 'container'],
  ['{exec}', 'exec'],
])

export const refusal = (refused: string): Refusal => ({ refused, status: 403 })

function idsOf(rule: Rule, segments: string[]): Asked['ids'] | null {
  const pattern = rule.path.split('/')
  if (pattern.length !== segments.length) return null
  const ids: Partial<Record<Slot, string>> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    const slot = SLOTS.get(part)
    if (slot && ENGINE_ID.test(segment)) ids[slot] = segment
    else if (part !== segment) return null
  }
  return ids
}

function whyNotQuery({ query, needs, filters }: Rule, given: Target['query']): string | null {
  for (const [key, value] of given) {
    const pattern = query && Object.hasOwn(query, key) ? query[key] : undefined
    const fits = key === 'filters' ? filters !== undefined : pattern?.test(value)
    if (!fits) return `the query's "${key}" is not allowed here`
  }
  const missing = needs?.find((key) => !given.has(key))
  return missing === undefined ? null : `the query's "${missing}" must be given here`
}

/** Finds the rule that names this call, by method, path and query alone. */
export function recognise(method: string, url: string): Asked | Refusal {
  const target = readTarget(url)
  if (!target) return refusal('this target is not one that can be read in one way only')
  for (const rule of RULES) {
    const ids = rule.method === method ? idsOf(rule, target.segments) : null
    if (!ids) continue
    const why = whyNotQuery(rule, target.query)
    return why === null ? { rule, target, ids } : refusal(why)
  }
  return refusal('this call is not on the list')
}
