import type { Failover } from '#lib/protocol/judgement.ts'
import type { Action, BackendKey, Burst, Totals } from '#lib/protocol/model.ts'
import { count, inWords, type Names } from './wording.ts'

export type FailoverParts = {
  burst: Burst
  totals: Totals
  actions: readonly Action[]
  names: Names
}

const AT_ONCE_MS = 50
/** The stream may see a backend fail before its host says that it died. */
const EARLIER_BY_MS = 1_000
/** Uneven by less than this share of what each answered is about fair. */
const ABOUT = 0.05
/** More are counted, not told one by one. */
const TOLD_UP_TO = 2

const ENDED = { down: 'died', paused: 'was paused' } as const
const DID_BOTH = { down: 'died', paused: 'were paused' } as const

type Fall = { kind: keyof typeof ENDED; backend: BackendKey; sinceUs: number }

/** The first fall of each backend that fell in this run, in order. */
function fallsOf({ burst, actions }: FailoverParts): Fall[] {
  const falls = new Map<BackendKey, Fall>()
  for (const { kind, backend, burst: during } of actions) {
    if ((kind !== 'down' && kind !== 'paused') || backend === null || during?.id !== burst.id) continue
    if (!falls.has(backend)) falls.set(backend, { kind, backend, sinceUs: during.sinceUs })
  }
  return [...falls.values()]
}

/** " after backend 2 died"; " from backend 2" where nobody saw it fall; empty where nothing is known. */
export function causeOf(parts: FailoverParts): string {
  const falls = fallsOf(parts)
  if (falls.length > TOLD_UP_TO) return ` after ${count(falls.length)} backends went down`
  const [first, second] = falls
  if (first && first.kind === second?.kind)
    return ` after ${parts.names.all([first.backend, second.backend])} ${DID_BOTH[first.kind]}`
  if (first) return ` after ${inWords(falls.map(({ backend, kind }) => `${parts.names.one(backend)} ${ENDED[kind]}`))}`
  const from = parts.burst.byBackend.filter(({ rescuedFrom }) => rescuedFrom > 0).map(({ backend }) => backend)
  return from.length > 0 ? ` from ${parts.names.all(from)}` : ''
}

/** "backends 1 and 2 died while it ran": beside failures that no backend rescued; who caused them nobody can tell for sure. */
export function fallNotes(parts: FailoverParts): string[] {
  const falls = fallsOf(parts)
  return (['down', 'paused'] as const).flatMap((kind) => {
    const fallen = falls.filter((fall) => fall.kind === kind).map(({ backend }) => backend)
    if (fallen.length === 0) return []
    return [`${parts.names.all(fallen)} ${(fallen.length === 1 ? ENDED : DID_BOTH)[kind]} while it ran`]
  })
}

/** "the front door noticed after 0.2 s", "the others then shared evenly": as far as it is known. */
export function failoverNotes(parts: FailoverParts): string[] {
  const falls = fallsOf(parts)
  if (falls.length > TOLD_UP_TO) return []
  return falls.flatMap((fall) => {
    const failover = failoverOf(fall, parts.burst.failovers)
    if (!failover) return []
    const noticedMs = (failover.noticedUs - fall.sinceUs) / 1_000
    const when = noticedMs < AT_ONCE_MS ? `within ${AT_ONCE_MS} ms` : `after ${secondsText(noticedMs)}`
    const shared = sharedSince(failover, parts)
    const notes = [`the front door noticed ${when}`, ...(shared === null ? [] : [shared])]
    return falls.length === 1 ? notes : [`${parts.names.one(fall.backend)}: ${notes.join(', ')}`]
  })
}

const failoverOf = (fall: Fall, failovers: readonly Failover[]): Failover | undefined =>
  failovers.find(
    ({ backend, noticedUs }) => backend === fall.backend && noticedUs >= fall.sinceUs - EARLIER_BY_MS * 1_000,
  )

const secondsText = (ms: number): string => `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`

/** How the rest shared what came after; null before each had a turn. */
function sharedSince({ others }: Failover, { burst, totals }: FailoverParts): string | null {
  if (others === null || others.length < 2) return null
  const [least, most] = [Math.min(...others), Math.max(...others)]
  if (least < 1) return null
  // A request that is on its way, or was given up, took a turn that no count shows.
  const unseen = (burst.request.concurrency > 1 ? totals.inFlight : 0) + totals.cancelled
  if (most - least <= 1 + unseen) return 'the others then shared evenly'
  if (most - least <= most * ABOUT) return 'the others then shared almost evenly'
  return `the others differ by ${count(most - least)} since`
}
