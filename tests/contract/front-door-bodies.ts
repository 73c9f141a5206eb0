import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { QUICK, type Stage } from './front-door-stage.ts'
import { listed } from './listed.ts'
import type { Manners } from './scripted-backend.ts'

/** What passes through. */
export function promisesOfBodies(stage: Stage): void {
  describe('bodies', () => {
    // Reads all of it first: nginx sends no more of a request once its answer has begun.
    const echo: Manners = (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.once('end', () => response.end(Buffer.concat(chunks)))
    }

    test('of a POST arrive whole and come back whole', async () => {
      await stage.put(listed(...(await stage.start([echo]))))
      for (const size of [1, 1_000, 65_536, 65_537, 4_000_000]) {
        const body = Buffer.alloc(size, 'robinscope ')
        const answer = await stage.client.send({ method: 'POST', body, headers: { 'Content-Length': String(size) } })
        expect(answer.status).toBe(200)
        expect(answer.body.equals(body)).toBe(true)
      }
    })

    test('without a length do too', async () => {
      await stage.put(listed(...(await stage.start([echo]))))
      const answer = await stage.client.send({
        method: 'POST',
        body: 'abc',
        headers: { 'Transfer-Encoding': 'chunked' },
      })
      expect(answer).toMatchObject({ status: 200, text: 'abc' })
    })

    test('a client that is slow to send or to read is no failure of its backend', async () => {
      const takesThenGives: Manners = (request, response) => {
        request.resume().once('end', () => response.end('y'.repeat(4_000_000)))
      }
      const addresses = await stage.start([takesThenGives, takesThenGives])
      await stage.put(listed(...addresses), QUICK)
      const { host, port } = stage.door.target()
      const half = 'x'.repeat(2_000_000)
      const got = await new Promise<number>((resolve, reject) => {
        const asked = request({ host, port, method: 'POST', headers: { 'Content-Length': '4000000' } }, (answer) => {
          let length = 0
          answer.pause()
          setTimeout(() => answer.resume(), QUICK.readTimeoutMs * 2)
          answer.on('data', (chunk: Buffer) => {
            length += chunk.length
          })
          answer.once('error', reject)
          answer.once('end', () => resolve(answer.headers['x-upstream-status'] === '200' ? length : -1))
        })
        asked.once('error', reject)
        asked.write(half)
        setTimeout(() => asked.end(half), QUICK.readTimeoutMs * 2)
      })
      expect(got).toBe(4_000_000)
    })

    test('a HEAD has none, and keeps its headers', async () => {
      const [address = ''] = await stage.start([
        (_request, response) => response.setHeader('Content-Length', '5').end('hello'),
      ])
      await stage.put(listed(address))
      const answer = await stage.client.send({ method: 'HEAD' })
      expect(answer).toMatchObject({ status: 200, text: '', addresses: [address] })
      expect(answer.headers['content-length']).toBe('5')
    })

    test('an answer is passed on while its backend still makes it', async () => {
      let finish = (): void => {}
      const [address = ''] = await stage.start([
        (_request, response) => {
          response.write('x'.repeat(300_000))
          finish = () => response.end('y')
        },
      ])
      await stage.put(listed(address))
      const response = await fetch(`http://127.0.0.1:${stage.door.target().port}/`)
      const reader = response.body?.getReader()
      let got = (await reader?.read())?.value?.length ?? 0
      expect(got).toBeGreaterThan(0)
      finish()
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) got += part.value.length
      expect(got).toBe(300_001)
    })
  })
}
