import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { medianOf } from './rows.ts'

/** For a product whose memory is to be told after a collection. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }

const COLLECT_LIMIT_MS = 10_000
const LOOKS = 5

/** Resident memory of a process, MB. Linux. */
const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1_024

/** Of a product started with INSPECTED: the median of a few looks after a collection. */
export async function settledMb({ pid, output }: { pid: number; output: () => string }): Promise<number> {
  const url = /Debugger listening on (ws:\/\/\S+)/.exec(output())?.[1]
  if (url === undefined) throw new Error('The product does not say where its inspector listens')
  await collect(url)
  const looks: number[] = []
  for (let look = 0; look < LOOKS; look++) {
    await sleep(200)
    looks.push(residentMb(pid))
  }
  return medianOf(looks)
}

/** HeapProfiler.collectGarbage of the inspector's protocol. */
function collect(url: string): Promise<void> {
  const socket = new WebSocket(url)
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The inspector did not answer')), COLLECT_LIMIT_MS)
    const end = (settle: () => void) => () => {
      clearTimeout(late)
      socket.close()
      settle()
    }
    socket.onopen = () => socket.send('{"id":1,"method":"HeapProfiler.collectGarbage"}')
    socket.onmessage = ({ data }) => {
      if (String(data).includes('"id":1')) end(resolve)()
    }
    socket.onerror = end(() => reject(new Error('The inspector does not answer')))
  })
}
