import { describe } from 'vitest'
import { openEmbeddedHost } from '#lib/cluster/embedded/embedded-host.ts'
import { isAlive } from '#tests/processes.ts'
import { channelContract, type OpenHost } from './backend-host.ts'
import { lifecycleContract } from './backend-host-lifecycle.ts'

describe.skipIf(process.platform !== 'linux')('child processes', () => {
  const open = async (): Promise<OpenHost> => {
    const pids: number[] = []
    const host = await openEmbeddedHost({
      guardian: { guard: (pid) => void pids.push(pid), release: () => undefined },
      log: () => undefined,
    })
    await host.raise(AbortSignal.timeout(60_000))
    await host.raise(AbortSignal.timeout(60_000))
    // In the order of their numbers: each is guarded as it is started, and a number is taken again only when it is free.
    const running = (): number[] => pids.filter(isAlive)
    const signal = async (number: number, name: NodeJS.Signals): Promise<void> => {
      process.kill(running()[number - 1] ?? 0, name)
    }
    return {
      host,
      freeze: (number) => signal(number, 'SIGSTOP'),
      thaw: (number) => signal(number, 'SIGCONT'),
      kill: (number) => signal(number, 'SIGKILL'),
      count: async () => running().length,
      leaves: 0,
      close: () => host.close(),
    }
  }
  channelContract(open)
  lifecycleContract(open)
})
