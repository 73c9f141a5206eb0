import type { Burst } from '#lib/protocol/model.ts'
import { BURST_HELP, readBurstOptions } from './burst-options.ts'
import { runAt, runEmbedded } from './burst-runs.ts'
import { judge } from './expectation.ts'

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
      const expectations = judge(burst, options.expectations)
      terminal.out(`${JSON.stringify({ ...burst, expectations }, null, 2)}\n`)
      if (burst.status !== 'finished') {
        terminal.err(`The burst was ${burst.status}${burst.failure ? `: ${burst.failure}` : ''}.\n`)
        return 2
      }
      const broken = expectations.filter(({ holds }) => !holds)
      for (const { expect, value } of broken) terminal.err(`broken: ${expect}, it is ${value ?? 'not known'}\n`)
      return broken.length > 0 ? 1 : 0
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

function progressOf({ request, answered, failed, timedOut, rps, sent, inFlight }: Burst): string {
  const total = request.requests ? ` of ${request.requests.toLocaleString('en')}` : ''
  return `${(sent - inFlight).toLocaleString('en')}${total}, ${answered.toLocaleString('en')} answered, ${failed + timedOut} failed, ${Math.round(rps).toLocaleString('en')} a second   `
}
