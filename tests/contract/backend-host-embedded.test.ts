import { describe } from 'vitest'
import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { channelContract } from './backend-host.ts'

describe.skipIf(process.platform !== 'linux')('child processes', () =>
  channelContract(async () => {
    // In the order of their numbers: each is guarded as it is started.
    const pids: number[] = []
    const host = await openEmbeddedHost({
      keeper: { guard: (pid) => void pids.push(pid), release: () => undefined },
      log: () => undefined,
    })
    await host.raise(2, AbortSignal.timeout(60_000))
    const signal = async (number: number, name: NodeJS.Signals): Promise<void> => {
      process.kill(pids[number - 1] ?? 0, name)
    }
    return {
      host,
      freeze: (number) => signal(number, 'SIGSTOP'),
      thaw: (number) => signal(number, 'SIGCONT'),
      kill: (number) => signal(number, 'SIGKILL'),
      close: () => host.close(),
    }
  }),
)
