import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Detail } from '#lib/protocol/frame.ts'
import { encodeRunFile } from '#lib/protocol/run-file.ts'
import { exportStream } from './export-stream.ts'
import type { RunRecord } from './run-record.ts'

const PART_BYTES = 256 * 1024
/** How many samples are looked through for details in one turn of the event loop. */
const DETAILS_STEP = 20_000

/** The run as one file that the page opens, with the samples that are still kept. Throws ProblemError `too-many`. */
export function streamRunFile(run: RunRecord): Response {
  let file: Uint8Array | null = null
  let at = 0
  const body = exportStream(async () => {
    file ??= await runFileOf(run)
    if (at >= file.length) return null
    const part = file.subarray(at, at + PART_BYTES)
    at += part.length
    return part
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${fileNameOf(run)}"`,
      'X-First-Seq': String(run.samples.firstSeq()),
      'Cache-Control': 'no-store',
    },
  })
}

/** robinscope-b12-2026-11-26T17-12-40.run */
const fileNameOf = (run: RunRecord): string =>
  `robinscope-${run.id}-${run.summary().startedAt.slice(0, 19).replaceAll(':', '-')}.run`

/** As the run stands when its details have been gathered; one that goes on loses old samples meanwhile. */
async function runFileOf(run: RunRecord): Promise<Uint8Array> {
  const { samples } = run
  const details: Detail[] = []
  let seq = samples.firstSeq()
  while (seq < samples.nextSeq()) {
    const to = Math.min(samples.nextSeq(), seq + DETAILS_STEP)
    for (const detail of samples.details(seq, to)) details.push(detail)
    seq = to
    if (seq < samples.nextSeq()) await nextTurn()
  }
  const firstSeq = samples.firstSeq()
  return encodeRunFile({
    run: run.whole(),
    firstSeq,
    samples: samples.samples(firstSeq, samples.nextSeq()),
    routes: [...samples.routes()],
    peers: [...samples.peers()],
    details: details.filter((detail) => detail.seq >= firstSeq),
  })
}
