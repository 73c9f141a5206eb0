import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGate } from '#lib/docker-gate/gate.ts'
import { idOf, PROJECT } from '#tests/unit/docker-gate/inspected.ts'
import { until } from '../until.ts'
import { BACKEND, type MoodyEngine, moodyEngine } from './moody-engine.ts'

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: tcp\r\n'
const STREAMS: readonly [string, string, RegExp][] = [
  ['a followed log', `GET /containers/${idOf(BACKEND)}/logs?follow=true&stdout=true`, /first/],
  ['attached streams', `POST /containers/${idOf(BACKEND)}/attach?stream=1&stdin=1&stdout=1`, /hello/],
  ['events', 'GET /events', /Action/],
]
const LOOK_UP = /\/json$/

let folder: string
let gate: Server
let engine: MoodyEngine
let enginePath: string

const listen = async (server: Server, path: string): Promise<unknown> => once(server.listen(path), 'listening')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'))
  enginePath = join(folder, 'engine.sock')
  engine = moodyEngine()
  await listen(engine.server, enginePath)
  const deadlines = { lookUpMs: 400, callMs: 400 }
  gate = createGate({ project: PROJECT, enginePath, refused: () => undefined, deadlines })
  await listen(gate, join(folder, 'gate.sock'))
})

afterEach(async () => {
  for (const server of [gate, engine.server]) {
    server.closeAllConnections()
    server.close()
  }
  engine.endStreams('cut')
  await rm(folder, { recursive: true })
})

type Caller = { socket: Socket; heard: () => string; closed: Promise<unknown> }

async function call(line: string): Promise<Caller> {
  const socket = connect(join(folder, 'gate.sock'))
  let heard = ''
  socket.on('data', (bytes) => {
    heard += bytes
  })
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  socket.write(`${line} HTTP/1.1\r\nHost: docker\r\n${line.includes('/attach') ? UPGRADE : ''}\r\n`)
  return { socket, heard: () => heard, closed }
}

const idle = (): Promise<true> => until('no connection is open at the engine', () => engine.connections() === 0)
const answered = async (line: string): Promise<string> => {
  const { heard, socket } = await call(line)
  await until('the answer is there', () => /\r\n\r\n[\s\S]*\}|204 No Content/.test(heard()))
  socket.destroy()
  return heard()
}

describe.each(STREAMS)('%s', (_what, line, mark) => {
  it('is not opened for a caller that left while the gate looked things up', async () => {
    engine.stall(LOOK_UP)
    const { socket } = await call(line)
    await until('the engine is asked', () => engine.seen.length > 0)
    socket.destroy()
    await until('the gate knows that the caller left', () => engine.connections() === 0)
    engine.answer()
    await sleep(50)
    if (!line.includes('/events')) expect(engine.seen).toEqual([`GET /containers/${idOf(BACKEND)}/json`])
    await idle()
  })

  it('is closed when the caller leaves before the engine has answered', async () => {
    engine.stall(/logs|attach|events/)
    const { socket } = await call(line)
    await until('the stream is asked for', () => engine.seen.some((one) => /logs|attach|events/.test(one)))
    socket.destroy()
    await idle()
    engine.answer()
    await idle()
  })

  it('is closed when the caller leaves', async () => {
    const { socket, heard } = await call(line)
    await until('it streams', () => mark.test(heard()))
    socket.destroy()
    await idle()
  })

  it('is closed when the caller ends its half', async () => {
    const { socket, heard, closed } = await call(line)
    await until('it streams', () => mark.test(heard()))
    socket.end()
    await Promise.all([idle(), closed])
  })

  it.each(['end', 'cut'] as const)(
    'is over for the caller, too, when the engine is the one to do it: %s',
    async (how) => {
      const { heard, closed, socket } = await call(line)
      await until('it streams', () => mark.test(heard()))
      engine.endStreams(how)
      await until('the caller is told', () => socket.destroyed || socket.readableEnded || /\r\n0\r\n/.test(heard()))
      socket.destroy()
      await Promise.all([idle(), closed])
    },
  )
})

it('is not attached for a caller that ended its half while the gate looked things up', async () => {
  engine.stall(LOOK_UP)
  const { socket, closed } = await call(STREAMS[1]?.[1] ?? '')
  await until('the engine is asked', () => engine.seen.length > 0)
  socket.end()
  await Promise.all([idle(), closed])
  engine.answer()
  await sleep(50)
  expect(engine.seen).toHaveLength(1)
})

it('what a caller writes before it leaves reaches the engine', async () => {
  const { socket, heard } = await call(STREAMS[1]?.[1] ?? '')
  await until('it streams', () => /hello/.test(heard()))
  const read: Buffer[] = []
  for (const one of engine.openStreams()) one.on('data', (bytes: Buffer) => read.push(bytes))
  socket.end('last words\n')
  await until('the engine has it', () => Buffer.concat(read).toString() === 'last words\n')
  await idle()
})

describe('the absence of the engine', () => {
  const start = `POST /containers/${idOf(BACKEND)}/start`
  const attach = STREAMS[1]?.[1] ?? ''
  const GONE = /^HTTP\/1\.1 502 [\s\S]*x-docker-gate: engine-gone[\s\S]*"message":"the engine cannot be reached"/i
  const LATE = /^HTTP\/1\.1 504 [\s\S]*x-docker-gate: engine-gone[\s\S]*"message":"the engine does not answer in time"/i

  it.each([start, attach, 'GET /_ping', 'GET /containers/json', 'GET /events'])(
    'is told of %s when there is no engine, and over when there is one again',
    async (line) => {
      engine.server.close()
      await once(engine.server, 'close')
      expect(await answered(line)).toMatch(GONE)
      engine = moodyEngine()
      await listen(engine.server, enginePath)
      engine.treat(/start/, { status: 204 })
      expect(await answered(start)).toMatch(/^HTTP\/1\.1 204 /)
    },
  )

  it.each([
    ['a look-up', LOOK_UP, start],
    ['a call', /start/, start],
    ['a list', /json/, 'GET /containers/json'],
    ['a look-up of attach', LOOK_UP, attach],
  ])('is told when it closes the connection on %s', async (_what, pattern, line) => {
    engine.treat(pattern, 'cut')
    expect(await answered(line)).toMatch(GONE)
    await idle()
  })

  it.each([
    ['a look-up', LOOK_UP, start],
    ['a call', /start/, start],
    ['a list', /json/, 'GET /containers/json'],
    ['a look-up of attach', LOOK_UP, attach],
    ['attach', /attach/, attach],
  ])('is told when %s is not answered in time, and nothing stays open', async (_what, pattern, line) => {
    engine.stall(pattern)
    expect(await answered(line)).toMatch(LATE)
    await idle()
  })

  it('is not concluded from a stop that takes the grace that it was given', async () => {
    engine.treat(/stop/, { status: 204, afterMs: 1_000 })
    expect(await answered(`POST /containers/${idOf(BACKEND)}/stop?t=2`)).toMatch(/^HTTP\/1\.1 204 /)
    expect(await answered(`POST /containers/${idOf(BACKEND)}/stop?t=0`)).toMatch(LATE)
  })

  it.each([500, 503, 502, 504, 409])("is no answer of the engine's own, %s, which passes as it is", async (status) => {
    for (const pattern of [LOOK_UP, /start/]) {
      engine.treat(pattern, { status })
      const answer = await answered(start)
      expect(answer).toContain(`HTTP/1.1 ${status} `)
      expect(answer).toContain('{"message":"words of the engine"}')
      expect(answer).not.toMatch(/x-docker-gate/i)
    }
  })
})
