import { RULES, type Rule } from './rules.ts'
import { readTarget, type Target } from './target.ts'

export type Refusal = { refused: string; status: 403 | 404 }

/** A call that a rule names, with the ids it is about. What it may touch is decided by decide.ts. */
export type Asked = { rule: Rule; target: Target; ids: Readonly<Partial<Record<Slot, string>>> }
export type Slot = 'container' | 'network' | 'exec' | 'image'

const SLOTS: Readonly<Record<string, { slot: Slot; pattern: RegExp }>> = {
  '{container}': { slot: 'container', pattern: /^[0-9a-f]{64}$/ },
  '{network}': { slot: 'network', pattern: /^([0-9a-f]{64}|[a-z0-9][a-z0-9.-]*_[a-z0-9_.-]{1,120})$/ },
  '{exec}': { slot: 'exec', pattern: /^[0-9a-f]{64}$/ },
  '{image}': { slot: 'image', pattern: /^(sha256:)?[0-9a-f]{64}$/ },
}

export const refusal = (refused: string): Refusal => ({ refused, status: 403 })

function idsOf(rule: Rule, segments: string[]): Asked['ids'] | null {
  const pattern = rule.path.split('/')
  if (pattern.length !== segments.length) return null
  const ids: Partial<Record<Slot, string>> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    const slot = SLOTS[part]
    if (slot?.pattern.test(segment)) ids[slot.slot] = segment
    else if (part !== segment) return null
  }
  return ids
}

function strayKey(rule: Rule, query: Target['query']): string | undefined {
  return [...query.keys()].find((key) => {
    if (key === 'filters' && rule.filters) return false
    const pattern = Object.hasOwn(rule.query ?? {}, key) ? rule.query?.[key] : undefined
    return !pattern?.test(query.get(key) ?? '')
  })
}

/** Finds the rule that names this call, by method, path and query alone. */
export function recognise(method: string, url: string): Asked | Refusal {
  const target = readTarget(url)
  if (!target) return refusal('this target is not one that can be read in one way only')
  for (const rule of RULES) {
    const ids = rule.method === method ? idsOf(rule, target.segments) : null
    if (!ids) continue
    const stray = strayKey(rule, target.query)
    return stray === undefined ? { rule, target, ids } : refusal(`the query's "${stray}" is not allowed here`)
  }
  return refusal('this call is not on the list')
}
