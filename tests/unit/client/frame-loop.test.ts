import { describe, expect, it } from 'vitest'
import { createFrameLoop } from '#lib/client/frame-loop.ts'

/** A screen that shows a frame when the test says so. */
function screen() {
  let asked: ((nowMs: number) => void) | null = null
  let now = 0
  return {
    clock: {
      request: (callback: (nowMs: number) => void) => {
        asked = callback
        return 1
      },
      cancel: () => {
        asked = null
      },
    },
    isAsleep: () => asked === null,
    frame: () => {
      const callback = asked
      asked = null
      now += 16
      callback?.(now)
    },
  }
}

describe('the animation loop', () => {
  it('sleeps when nothing moves, and wakes for what changed', () => {
    const { clock, frame, isAsleep } = screen()
    const loop = createFrameLoop(clock)
    let left = 3
    let drawn = 0
    const draw = () => {
      drawn++
      return --left > 0
    }
    loop.add(draw)
    while (!isAsleep()) frame()
    expect(drawn).toBe(3)
    loop.wake(draw)
    frame()
    expect(drawn).toBe(4)
    expect(isAsleep()).toBe(true)
  })

  it('draws only what is awake', () => {
    const { clock, frame } = screen()
    const loop = createFrameLoop(clock)
    const drawn: string[] = []
    const moving = () => drawn.push('moving') > 0
    const still = () => drawn.push('still') < 0
    loop.add(moving)
    loop.add(still)
    frame()
    frame()
    expect(drawn).toEqual(['moving', 'still', 'moving'])
  })

  it('draws again when it was woken while it drew', () => {
    const { clock, frame, isAsleep } = screen()
    const loop = createFrameLoop(clock)
    let drawn = 0
    const draw = () => {
      if (++drawn === 1) loop.wake(draw)
      return false
    }
    loop.add(draw)
    while (!isAsleep()) frame()
    expect(drawn).toBe(2)
  })

  it('asks for no frame when nobody is left', () => {
    const { clock, isAsleep } = screen()
    const loop = createFrameLoop(clock)
    loop.add(() => true)()
    expect(isAsleep()).toBe(true)
  })
})
