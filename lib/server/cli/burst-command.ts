import { count } from '#lib/analysis/wording.ts'
import { type Burst, failedInAll } from '#lib/protocol/model.ts'
import { BURST_HELP, readBurstOptions } from './burst-options.ts'
import { runAt, runEmbedded } from './burst-runs.ts'
import { checkExpectations } from './expectations.ts'

export type Terminal = {
  out: (text: string) => void
  err: (text: string) => void
  /** Whether stderr is a terminal: progress is rewritten in place there. */
  isInteractive: boolean
  environment: { token: string | undefined }
  /** Aborts when the user stops it. */
  signal: AbortSignal
}

/** 0 held, 1 an expectation did not hold, 2 could not run: contract.md, "Exit codes". */
export async function burstCommand(args: string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const options = readBurstOptions(args)
    if (!options) {
      terminal.out(BURST_HELP)
      return 0
    }
    const run = await (options.url
      ? runAt(options.url, options.token ?? terminal.environment.token, options.request)
      : runEmbedded(options.request, options))
    try {
      terminal.err(`${run.where}\n`)
      const burst = await follow(run, terminal)
      const expectations = checkExpectations(burst, options.expectations)
      terminal.out(`${JSON.stringify({ ...burst, failedInAll: failedInAll(burst), expectations }, null, 2)}\n`)
      if (burst.status !== 'finished') {
        terminal.err(`${burst.verdict.sentence}\n`)
        return 2
      }
      terminal.err(`${burst.verdict.sentence}\n`)
      const unmet = expectations.filter(({ holds }) => !holds)
      for (const { expect, why } of unmet) terminal.err(`not met: ${expect} (${why})\n`)
      return unmet.length > 0 ? 1 : 0
    } finally {
      await run.close()
    }
  } catch (error) {
    terminal.err(`${error instanceof Error ? error.message : String(error)}\nSee --help.\n`)
    return 2
  }
}

async function follow(run: Awaited<ReturnType<typeof runAt>>, terminal: Terminal): Promise<Burst> {
  for (;;) {
    const burst = await (terminal.signal.aborted ? run.cancel() : run.look())
    terminal.err(terminal.isInteractive ? `\r${progressOf(burst)}` : `${progressOf(burst)}\n`)
    if (burst.status === 'running') continue
    if (terminal.isInteractive) terminal.err('\n')
    return burst
  }
}

/** "failed" as in an expectation: answers with an error are among them, and among the answered. */
function progressOf(burst: Burst): string {
  const { request, answered, rps, sent, inFlight } = burst
  const total = request.requests ? ` of ${count(request.requests)}` : ''
  return `${count(sent - inFlight)}${total}, ${count(answered)} answered, ${count(failedInAll(burst))} failed, ${count(Math.round(rps))} per second   `
}
