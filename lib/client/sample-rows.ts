import { type BackendKey, type Outcome, REASONS, type Sample } from '#lib/protocol/model.ts'
import { outcomeOf, reasonOf, statusOf } from '#lib/protocol/sample-record.ts'
import type { SampleLog } from './sample-log.ts'

/** What the table shows: all, or the ones worth a look (not answered, answered with status 500 and more, more than one attempt). */
export type RowFilter = 'all' | 'failures'

/** One sample in plain words, as the contract has it; null where this browser does not have it. */
export function readSample(log: SampleLog, seq: number): Sample | null {
  if (!log.has(seq)) return null
  const verdict = log.outcomeWord(seq)
  const route = log.route(seq)
  const detail = log.detail(seq)
  const sentUs = log.sentUs(seq)
  const status = statusOf(verdict)
  return {
    seq,
    order: log.order(seq),
    intendedUs: sentUs - log.waitUs(seq),
    sentUs,
    latencyUs: log.latencyUs(seq),
    outcome: outcomeOf(verdict),
    reason: reasonOf(verdict) ?? REASONS[0],
    status: status === 0 ? null : status,
    backend: route?.backend ?? null,
    generation: route?.generation ?? null,
    resent: detail?.resent ?? false,
    attempts: (detail?.attempts ?? []).map((attempt) => {
      const peer = log.peer(attempt.peer)
      return {
        backend: peer?.backend ?? null,
        address: peer?.address ?? '',
        status: attempt.status === 0 ? null : attempt.status,
        ms: attempt.us === null ? null : attempt.us / 1000,
      }
    }),
  }
}

const isUnwell = (log: SampleLog, seq: number): boolean => {
  const verdict = log.outcomeWord(seq)
  const outcome: Outcome = outcomeOf(verdict)
  return outcome !== 'answered' || statusOf(verdict) >= 500 || failedAttempts(log, seq).length > 0
}

/** The backends that were tried and did not answer, in order; null for one whose address is not known. Empty for a plain sample. */
export function failedAttempts(log: SampleLog, seq: number): (BackendKey | null)[] {
  const attempts = log.detail(seq)?.attempts ?? []
  const failed = outcomeOf(log.outcomeWord(seq)) === 'answered' ? attempts.slice(0, -1) : attempts
  return failed.flatMap((attempt) => {
    const peer = log.peer(attempt.peer)
    // An address without a colon is the upstream's name: the front door itself, no backend was dialled.
    return peer?.address.includes(':') ? [peer.backend] : []
  })
}

/** The newest `atMost` rows, oldest first (newest last). Made anew at each call: ask when the table is drawn, at 4 Hz at most. */
export function sampleRows(log: SampleLog, atMost: number, filter: RowFilter = 'all'): Sample[] {
  const rows: Sample[] = []
  for (let seq = log.nextSeq - 1; seq >= log.firstSeq && rows.length < atMost; seq--) {
    if (!log.has(seq) || (filter === 'failures' && !isUnwell(log, seq))) continue
    const row = readSample(log, seq)
    if (row) rows.push(row)
  }
  return rows.reverse()
}
