import { TAKEN_INTERVAL_MS } from '#lib/protocol/limits.ts'
import type { LinkListener, PageSocket } from './server-link.ts'

/** So many frames are taken in without a word at most; the server lets a browser be 60 behind. */
const TAKEN_FRAMES = 16

/**
 * Says how far frames were taken in, as they come: a hidden tab's timers may run once a minute, its messages are not held
 * up. Says nothing that it has said already.
 */
export function createTakenWord(socket: PageSocket, { taken }: LinkListener, now: () => number) {
  let frames = 0
  let saidMs = Number.NEGATIVE_INFINITY
  let said = ''
  const say = () => {
    const upTo = taken()
    const words = JSON.stringify(upTo)
    if (!upTo || words === said || !socket.connected) return
    frames = 0
    saidMs = now()
    said = words
    socket.emit('frame:taken', { burst: upTo.burst, nextSeq: upTo.nextSeq })
  }
  return {
    say,
    frame: () => {
      frames++
      if (frames >= TAKEN_FRAMES || now() - saidMs >= TAKEN_INTERVAL_MS) say()
    },
    /** A new connection knows nothing of what was said on the last one. */
    restart: () => {
      said = ''
      frames = 0
      saidMs = Number.NEGATIVE_INFINITY
    },
  }
}
