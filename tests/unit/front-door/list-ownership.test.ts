import { describe, expect, test } from 'vitest'
import { ListOwnership } from '#lib/front-door/list-ownership.ts'

const at = () => {
  const clock = { ms: 100_000 }
  return { clock, ownership: new ListOwnership('aaaaaa', () => clock.ms) }
}

describe('who owns the list', () => {
  test('is the one who looks, when the front door runs on DNS', () => {
    const { ownership } = at()
    expect(ownership.saw('dns-0', true)).toBe(false)
    expect(ownership.owner()).toEqual({ mine: true, name: 'aaaaaa' })
  })

  test("is another dashboard, when its list is in force at one's start", () => {
    const { ownership } = at()
    expect(ownership.saw('bbbbbb-7', true)).toBe(true)
    expect(ownership.owner()).toEqual({ mine: false, name: 'bbbbbb' })
    expect(ownership.saw('bbbbbb-8')).toBe(false)
  })

  test("is free again when the other's lease has run out, and not at once: its front door may just have started", () => {
    const { ownership, clock } = at()
    ownership.saw('bbbbbb-7', true)
    expect(ownership.saw('dns-0')).toBe(false)
    clock.ms += 4_000
    expect(ownership.saw('dns-0')).toBe(false)
    expect(ownership.saw('bbbbbb-8')).toBe(false)
    clock.ms += 4_000
    expect(ownership.saw('dns-0')).toBe(false)
    clock.ms += 5_000
    expect(ownership.saw('dns-0')).toBe(true)
    expect(ownership.owner().mine).toBe(true)
  })

  test('is lost to the one who takes over', () => {
    const { ownership } = at()
    ownership.confirmed()
    expect(ownership.saw('aaaaaa-1')).toBe(false)
    expect(ownership.saw('bbbbbb-1')).toBe(true)
    expect(ownership.owner()).toEqual({ mine: false, name: 'bbbbbb' })
  })

  test('is taken over by command, and the old list says nothing against it until ours is in force', () => {
    const { ownership } = at()
    ownership.saw('bbbbbb-7', true)
    ownership.takeOver()
    expect(ownership.saw('bbbbbb-7')).toBe(false)
    expect(ownership.owner().mine).toBe(true)
    ownership.confirmed()
    expect(ownership.saw('aaaaaa-1')).toBe(false)
  })
})

test('a list that fell back to DNS is asked for again, now and then until it is in force', () => {
  const { ownership, clock } = at()
  ownership.confirmed()
  expect(ownership.saw('dns-0')).toBe(true)
  expect(ownership.saw('dns-0')).toBe(false)
  clock.ms += 3_000
  expect(ownership.saw('dns-0')).toBe(true)
  ownership.confirmed()
  expect(ownership.saw('aaaaaa-2')).toBe(false)
})
