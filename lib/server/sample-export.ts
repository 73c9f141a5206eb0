import type { Sample } from '#lib/protocol/model.ts'
import { readSample } from '#lib/protocol/read-sample.ts'
import { hasDetail, OUTCOME_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import type { RunningBurst } from '#lib/traffic/burst.ts'
import { exportStream } from './export-stream.ts'

/** About a millisecond's work. */
const CHUNK = 250
const CSV_COLUMNS = [
  'seq',
  'order',
  'intendedUs',
  'sentUs',
  'latencyUs',
  'outcome',
  'reason',
  'status',
  'backend',
  'generation',
  'resent',
  'attempts',
] as const satisfies readonly (keyof Sample)[]

/** Every kept sample, a line each, made as it is read. Throws ProblemError `too-many`. */
export function streamSamples(run: RunningBurst, format: 'ndjson' | 'csv'): Response {
  const firstSeq = run.firstSeq()
  const end = run.nextSeq()
  const encoder = new TextEncoder()
  const line = format === 'csv' ? csvLine : ndjsonLine
  let head = format === 'csv' ? `${CSV_COLUMNS.join(',')}\n` : ''
  let seq = firstSeq
  const body = exportStream(() => {
    // Older ones may be overwritten while a slow reader reads: they are left out, the numbers show it.
    seq = Math.max(seq, run.firstSeq())
    const to = Math.min(end, seq + CHUNK)
    if (seq >= to && head === '') return null
    const text = head + (seq < to ? readSamples(run, seq, to).map(line).join('') : '')
    head = ''
    seq = Math.max(seq, to)
    return encoder.encode(text)
  })
  return new Response(body, {
    headers: {
      'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      'X-First-Seq': String(firstSeq),
      'Cache-Control': 'no-store',
    },
  })
}

/**
 * Samples [from, to) as contract.md has them. A plain one had one attempt, at the backend that answered; one whose detail is no longer
 * kept had others, which nobody can tell any more.
 */
export function readSamples(run: RunningBurst, from: number, to: number): Sample[] {
  const words = run.samples(from, to)
  const routes = run.routes()
  const tables = { route: (index: number) => routes[index], peer: (index: number) => run.peers()[index] }
  return Array.from({ length: words.length / SAMPLE_WORDS }, (_, place) => {
    const at = place * SAMPLE_WORDS
    const seq = from + place
    const isPlain = !hasDetail(words[at + OUTCOME_AT] ?? 0)
    const sample = readSample(words, at, seq, isPlain ? null : run.detail(seq), tables)
    const { backend, status, latencyUs } = sample
    if (!isPlain || backend === null) return sample
    return { ...sample, attempts: [{ backend, address: '', status, ms: latencyUs / 1000 }] }
  })
}

const ndjsonLine = (sample: Sample): string => `${JSON.stringify(sample)}\n`

const csvLine = (sample: Sample): string =>
  `${CSV_COLUMNS.map((column) => csvCell(column === 'attempts' ? JSON.stringify(sample.attempts) : sample[column])).join(',')}\n`

/** RFC 4180 section 2: quoted where it must be. */
function csvCell(value: unknown): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
