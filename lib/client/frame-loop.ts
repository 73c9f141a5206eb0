/** Draws one frame; returns whether something still moves, so that another frame is wanted. */
export type Draw = (nowMs: number) => boolean

export type FrameLoop = {
  /** Draws at the next frame and on, as long as it says that something moves. Returns the way out. */
  add: (draw: Draw) => () => void
  /** Something changed: let this one draw again, or all of them. */
  wake: (draw?: Draw) => void
}

export type FrameClock = {
  request: (callback: (nowMs: number) => void) => number
  cancel: (handle: number) => void
}

const BROWSER_FRAMES: FrameClock = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
}

/** One loop for all canvases of the page: no frame is asked for while nothing moves. */
export function createFrameLoop(frames: FrameClock = BROWSER_FRAMES): FrameLoop {
  const draws = new Map<Draw, { moving: boolean }>()
  let handle: number | null = null

  const ask = () => {
    handle ??= frames.request(run)
  }
  const run = (nowMs: number) => {
    handle = null
    let again = false
    for (const [draw, entry] of [...draws]) {
      if (!entry.moving) continue
      // Set before drawing: a wake from within the drawing counts for the next frame.
      entry.moving = false
      if (draw(nowMs)) entry.moving = true
      again ||= entry.moving
    }
    if (again) ask()
  }

  const wake = (draw?: Draw) => {
    for (const entry of draw ? [draws.get(draw)] : draws.values()) if (entry) entry.moving = true
    ask()
  }
  return {
    add: (draw) => {
      draws.set(draw, { moving: true })
      ask()
      return () => {
        draws.delete(draw)
        if (draws.size > 0 || handle === null) return
        frames.cancel(handle)
        handle = null
      }
    },
    wake,
  }
}
