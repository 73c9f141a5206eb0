import { formatMs, groupDigits } from '#components/ui/figures.ts'
import type { BackendCounts } from '#lib/client/page-state.ts'
import type { Backend, BackendShare } from '#lib/protocol/model.ts'

/** How a backend looks: its status, that the front door passes it over, or that the picture is of an earlier run. */
export type Condition = Backend['status'] | 'avoided' | 'recorded'

/** Everything that is shown of one backend, at whatever size. */
export type BackendFacts = {
  backend: Backend
  condition: Condition
  /** Whole seconds for which the front door still avoids it; null when it does not. */
  avoidedForS: number | null
  answered: number
  errors: number
  rescuedFrom: number
  /** 0 to 1, of all answered; null before the first answer. */
  share: number | null
  expectedShare: number | null
  latencyMs: BackendShare['latencyMs']
}

export type FactsParts = {
  backend: Backend
  counts: BackendCounts | undefined
  answeredInAll: number
  measured: BackendShare | undefined
  /** On the server's clock. Null before the page has run. */
  nowMs: number | null
  isRecorded?: boolean
}

/** Nothing is avoided for longer; more is a clock that this page does not know. */
const LONGEST_AVOIDED_MS = 60_000

export function factsOf({ backend, counts, answeredInAll, measured, nowMs, isRecorded }: FactsParts): BackendFacts {
  const answered = counts?.answered ?? 0
  const untilMs = backend.ejectedUntil === null || nowMs === null ? 0 : Date.parse(backend.ejectedUntil) - nowMs
  const avoidedForS = untilMs > 0 ? Math.ceil(Math.min(untilMs, LONGEST_AVOIDED_MS) / 1000) : null
  return {
    backend,
    condition: isRecorded ? 'recorded' : backend.status === 'up' && avoidedForS !== null ? 'avoided' : backend.status,
    avoidedForS,
    answered,
    errors: counts?.errors ?? 0,
    rescuedFrom: counts?.rescuedFrom ?? 0,
    share: answeredInAll > 0 ? answered / answeredInAll : null,
    expectedShare: measured?.expectedShare ?? null,
    latencyMs: measured?.latencyMs ?? null,
  }
}

/** 0.333 -> "33.3 %" */
export const shareText = (share: number): string => `${(share * 100).toFixed(1)} %`

/** "up, weight 1", "down, avoided for another 7 s", "starting". */
export function conditionText({ backend, condition, avoidedForS }: BackendFacts, withWeight: boolean): string {
  if (condition === 'recorded') return withWeight ? `recorded, weight ${backend.weight}` : 'recorded'
  if (avoidedForS !== null) return `${backend.status}, avoided for another ${avoidedForS} s`
  if (backend.status === 'up' && !backend.listed) return 'up, not in the list yet'
  return withWeight && backend.status === 'up' ? `up, weight ${backend.weight}` : backend.status
}

/** "33.3 %, p50 1.2 ms" */
export function shareAndLatency({ share, latencyMs }: BackendFacts, withLatency: boolean): string {
  const parts = [
    ...(share === null ? [] : [shareText(share)]),
    ...(withLatency && latencyMs ? [`p50 ${formatMs(latencyMs.p50)}`] : []),
  ]
  return parts.join(', ')
}

/** The widest that a character of these texts is on average, CSS pixels. */
const CHARACTER = 6
const APART = 12

/** What stands left and right in one row of a card, the longest of it that finds room without touching. */
export function cardTexts(facts: BackendFacts, width: number): { left: string; right: string } {
  const short = facts.avoidedForS === null ? facts.backend.status : `${facts.backend.status}, avoided`
  const choices = [
    { left: conditionText(facts, true), right: shareAndLatency(facts, true) },
    { left: conditionText(facts, true), right: shareAndLatency(facts, false) },
    { left: conditionText(facts, false), right: shareAndLatency(facts, false) },
    { left: short, right: shareAndLatency(facts, false) },
  ]
  const room = (width - APART) / CHARACTER
  return choices.find(({ left, right }) => left.length + right.length <= room) ?? { left: short, right: '' }
}

/** All of it in words, for the line of details and for a screen reader. */
export function detailsOf(facts: BackendFacts): string {
  const { backend, answered, errors, rescuedFrom, share, expectedShare, latencyMs } = facts
  const expected = expectedShare === null ? '' : `, ${shareText(expectedShare)} expected`
  return [
    backend.address ?? 'no address yet',
    conditionText(facts, true),
    `${groupDigits(answered)} answered${share === null ? '' : ` (${shareText(share)}${expected})`}`,
    ...(errors > 0 ? [`${groupDigits(errors)} with an error`] : []),
    ...(rescuedFrom > 0 ? [`${groupDigits(rescuedFrom)} rescued from it`] : []),
    ...(latencyMs
      ? [`p50 ${formatMs(latencyMs.p50)}, p95 ${formatMs(latencyMs.p95)}, p99 ${formatMs(latencyMs.p99)}`]
      : []),
  ].join('; ')
}
