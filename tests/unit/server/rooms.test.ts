import { EventEmitter, once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ConnectionRoom } from '#lib/server/connection-room.ts'
import { RefusalLog } from '#lib/server/refusal-log.ts'
import { UpgradeQueue } from '#lib/server/upgrade-queue.ts'
import { WaitingRoom } from '#lib/server/waiting-room.ts'

const connection = (): Socket => new PassThrough() as unknown as Socket

describe('room for connections that ask for nothing', () => {
  it('is taken from the one that has been silent for longest', () => {
    const room = new ConnectionRoom(2)
    const [first, second, third] = [connection(), connection(), connection()]
    for (const one of [first, second, third]) room.silent(one)
    expect([first.destroyed, second.destroyed, third.destroyed]).toEqual([true, false, false])
  })

  it('is not needed by one whose request came, and begins anew when that is over', () => {
    const room = new ConnectionRoom(2)
    const [asking, second, third, fourth] = [connection(), connection(), connection(), connection()]
    room.silent(asking)
    room.heard(asking)
    room.silent(second)
    room.silent(third)
    expect(second.destroyed).toBe(false)
    room.silent(asking)
    expect([asking.destroyed, second.destroyed]).toEqual([false, true])
    room.silent(fourth)
    expect([asking.destroyed, third.destroyed]).toEqual([false, true])
  })
})

describe('sockets that have not shown their token', () => {
  it('wait in a room of limited size, and leave it when they are let in or gone', () => {
    const room = new WaitingRoom(2)
    const closed: string[] = []
    const socket = (name: string) => Object.assign(new EventEmitter(), { close: () => closed.push(name) })
    const [first, second, third, fourth, fifth] = ['a', 'b', 'c', 'd', 'e'].map(socket)
    if (!first || !second || !third || !fourth || !fifth) throw new Error('five sockets')
    room.enter(first)
    room.leave(first)
    room.enter(second)
    room.enter(third)
    expect(closed).toEqual([])
    room.enter(fourth)
    expect(closed).toEqual(['b'])
    second.emit('close')
    third.emit('close')
    room.enter(fifth)
    expect(closed).toEqual(['b'])
  })
})

describe('a flood of upgrades', () => {
  it('is let in in its order, with others between them', async () => {
    const queue = new UpgradeQueue()
    const letIn: number[] = []
    const between: number[] = []
    const other = setInterval(() => between.push(letIn.length), 1)
    for (let index = 0; index < 20; index++) queue.add(new PassThrough(), () => letIn.push(index))
    expect(letIn).toEqual([0])
    await expect.poll(() => letIn.length).toBe(20)
    clearInterval(other)
    expect(letIn).toEqual(Array.from({ length: 20 }, (_, index) => index))
    expect(new Set(between).size).toBeGreaterThan(5)
    queue.close()
  })

  it('that is too long loses those who wait for longest; one that is gone is passed over; closing ends all', async () => {
    const queue = new UpgradeQueue()
    const sockets = Array.from({ length: 250 }, () => new PassThrough())
    const letIn: PassThrough[] = []
    for (const socket of sockets) queue.add(socket, () => letIn.push(socket))
    expect(sockets.filter((socket) => socket.destroyed)).toHaveLength(49)
    sockets[60]?.destroy()
    await expect.poll(() => letIn.length).toBeGreaterThan(15)
    expect(letIn).not.toContain(sockets[60])
    queue.close()
    const last = sockets.at(-1)
    if (last && !last.closed) await once(last, 'close')
    expect(last?.destroyed).toBe(true)
  })
})

describe('the log of refusals', () => {
  it('has five lines a second, and says how many it left out although no other follows', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const lines: Record<string, unknown>[] = []
    const refusals = new RefusalLog((event, fields) => lines.push({ event, ...fields }))
    const request = {
      ...{ method: 'GET', url: '/api/cluster?token=secret' },
      headers: { host: `evil\u001b[31m\u202e${'x'.repeat(500)}`, origin: 'https://evil.example' },
    } as unknown as IncomingMessage
    for (let index = 0; index < 100; index++) refusals.refused('host-refused', request)
    expect(lines).toHaveLength(5)
    vi.advanceTimersByTime(1_000)
    expect(lines.slice(5)).toEqual([{ event: 'refusals-left-out', count: 95 }])
    vi.advanceTimersByTime(5_000)
    expect(lines).toHaveLength(6)
    refusals.refused('host-refused', request)
    expect(lines.at(-1)).toEqual({
      event: 'request-refused',
      code: 'host-refused',
      request: 'GET /api/cluster',
      host: `evil?[31m?${'x'.repeat(110)}`,
      origin: 'https://evil.example',
    })
  })
})
