import { describe, expect, test } from 'vitest'
import { WheelHolder } from '#lib/front-door/wheel-holder.ts'

const at = () => {
  const clock = { ms: 100_000 }
  return { clock, wheel: new WheelHolder('aaaaaa', () => clock.ms) }
}

describe('who holds the wheel', () => {
  test('is the one who looks, when the front door runs on DNS', () => {
    const { wheel } = at()
    expect(wheel.saw('dns-0', true)).toBe(false)
    expect(wheel.holder()).toEqual({ mine: true, name: 'aaaaaa' })
  })

  test("is another dashboard, when its list is in force at one's start", () => {
    const { wheel } = at()
    expect(wheel.saw('bbbbbb-7', true)).toBe(true)
    expect(wheel.holder()).toEqual({ mine: false, name: 'bbbbbb' })
    expect(wheel.saw('bbbbbb-8')).toBe(false)
  })

  test("is free again when the other's lease has run out, and not at once: its front door may just have started", () => {
    const { wheel, clock } = at()
    wheel.saw('bbbbbb-7', true)
    expect(wheel.saw('dns-0')).toBe(false)
    clock.ms += 4_000
    expect(wheel.saw('dns-0')).toBe(false)
    expect(wheel.saw('bbbbbb-8')).toBe(false)
    clock.ms += 4_000
    expect(wheel.saw('dns-0')).toBe(false)
    clock.ms += 5_000
    expect(wheel.saw('dns-0')).toBe(true)
    expect(wheel.holder().mine).toBe(true)
  })

  test('is lost to the one who takes over', () => {
    const { wheel } = at()
    wheel.confirmed()
    expect(wheel.saw('aaaaaa-1')).toBe(false)
    expect(wheel.saw('bbbbbb-1')).toBe(true)
    expect(wheel.holder()).toEqual({ mine: false, name: 'bbbbbb' })
  })

  test('is taken over by command, and the old list says nothing against it until ours is in force', () => {
    const { wheel } = at()
    wheel.saw('bbbbbb-7', true)
    wheel.takeOver()
    expect(wheel.saw('bbbbbb-7')).toBe(false)
    expect(wheel.holder().mine).toBe(true)
    wheel.confirmed()
    expect(wheel.saw('aaaaaa-1')).toBe(false)
  })
})

test('a list that fell back to DNS is asked for again, now and then until it is in force', () => {
  const { wheel, clock } = at()
  wheel.confirmed()
  expect(wheel.saw('dns-0')).toBe(true)
  expect(wheel.saw('dns-0')).toBe(false)
  clock.ms += 3_000
  expect(wheel.saw('dns-0')).toBe(true)
  wheel.confirmed()
  expect(wheel.saw('aaaaaa-2')).toBe(false)
})
