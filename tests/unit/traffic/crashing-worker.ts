import { parentPort } from 'node:worker_threads'

// The engine's worker, which also throws, or falls silent, when a burst's path says so.
parentPort?.on('message', (message: { kind: string; plan?: { path: string } }) => {
  if (message.plan?.path === '/crash')
    setTimeout(() => {
      throw new Error('out of luck')
    }, 100)
})
await import('#lib/traffic/worker.ts')
