import { setTimeout as sleep } from 'node:timers/promises'
import { portAnswers } from '../../ports.ts'
import { descendantsOf, isAlive } from '../../processes.ts'
import { startProduct } from '../../product.ts'
import { exactly, type Part, type Row } from '../rows.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
/** SIGKILL leaves no last word: 50 times in all, over the two front doors. */
const ROUNDS = { SIGINT: 5, SIGTERM: 5, SIGKILL: 25 }
const LIMIT_MS = 2_000

/** Ends a dashboard with four backends in the middle of a burst; how many processes and ports outlive it by 2 s. */
async function survivorsOf(signal: NodeJS.Signals, frontDoor: 'nginx' | 'built-in'): Promise<number> {
  const product = await startProduct({ env: { ROBINSCOPE_REPLICAS: '4', ROBINSCOPE_FRONT_DOOR_KIND: frontDoor } })
  const { backends } = await product.api.cluster()
  const ports = [
    product.port,
    product.frontDoorPort,
    ...backends.flatMap(({ address }) => (address === null ? [] : [Number(address.split(':')[1])])),
  ]
  const processes = [product.pid, ...descendantsOf(product.pid)]
  if (processes.length < 5 || ports.length < 6) throw new Error('The dashboard runs fewer processes than it should')
  await product.api.start({ requests: 100_000, concurrency: 8, ratePerSecond: 200 })
  product.signal(signal)
  await sleep(LIMIT_MS)
  const open = (await Promise.all(ports.map(portAnswers))).filter(Boolean).length
  const left = processes.filter(isAlive)
  await product.stop()
  for (const pid of left) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  return left.length + open
}

export const part: Part = {
  title: 'nothing survives the dashboard',
  measure: async (say) => {
    const rows: Row[] = []
    for (const frontDoor of ['nginx', 'built-in'] as const)
      for (const signal of SIGNALS) {
        say(`${signal}, ${frontDoor}`)
        let survivors = 0
        for (let round = 0; round < ROUNDS[signal]; round++) survivors += await survivorsOf(signal, frontDoor)
        rows.push(
          exactly(`processes and ports left 2 s after ${signal}, ${frontDoor}, ${ROUNDS[signal]} times`, 0, survivors),
        )
      }
    return rows
  },
}
