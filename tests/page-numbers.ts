import { verdictOf } from '#lib/analysis/verdict.ts'
import type { Page } from '#lib/client/page.ts'
import { readSample } from '#lib/client/sample-rows.ts'

type Seen = Pick<Page, 'store' | 'view'>

/** Every number and word that the panels read of the run that is shown, as plain values. */
export function pageNumbers({ store, view }: Seen): object {
  const { burst, live, generations, backends, actions, resynced } = store.getState().shown
  const { log, rates } = view()
  const own = actions.filter((action) => action.burst?.id === burst?.id)
  const facts = { burst, totals: live.totals, answeredBy: live.byBackend, generations, backends, actions: own }
  const byKey = <Value>(map: ReadonlyMap<string, Value>) =>
    Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)))
  return structuredClone({
    ...{ burst, live, resynced, actions: own, generations: byKey(generations), backends: byKey(backends) },
    charts: { backends: rates.backends, buckets: rates.buckets },
    samples: Array.from({ length: log.nextSeq }, (_, seq) => readSample(log, seq)),
    verdict: verdictOf(facts),
  })
}

/** Where two values differ, as paths: `live.totals.sent: 3, not 4`. */
export function differences(one: unknown, other: unknown, path = ''): string[] {
  if (Object.is(one, other)) return []
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return [`${path}: ${JSON.stringify(one)}, not ${JSON.stringify(other)}`]
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].flatMap((key) =>
    differences(one[key as keyof typeof one], other[key as keyof typeof other], path === '' ? key : `${path}.${key}`),
  )
}

/** How many plain values there are in it. */
export const countValues = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, one) => sum + countValues(one), 0)
    : 1
