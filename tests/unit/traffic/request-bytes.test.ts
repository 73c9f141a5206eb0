import { describe, expect, test } from 'vitest'
import { buildRequest, writeRequestId } from '#lib/traffic/request-bytes.ts'

const plain = {
  target: { host: '127.0.0.1', port: 8080 },
  method: 'GET',
  path: '/a?b=c',
  headers: {},
  body: null,
  keepAlive: true,
  requestIdPrefix: null,
} as const

describe('the bytes of a request', () => {
  test('a plain one has a request line, a host and nothing about a body', () => {
    expect(buildRequest(plain).bytes.toString()).toBe(
      'GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: robinscope\r\nAccept: */*\r\n\r\n',
    )
  })

  test('headers of the caller replace ours of the same name', () => {
    const text = buildRequest({ ...plain, headers: { accept: 'text/html', 'x-shop': 'a b' } }).bytes.toString()
    expect(text).toContain('\r\naccept: text/html\r\nx-shop: a b\r\n')
    expect(text).not.toContain('Accept: */*')
  })

  test('a body is counted in bytes, and a POST without one says so', () => {
    expect(buildRequest({ ...plain, method: 'POST', body: 'zwölf' }).bytes.toString()).toMatch(
      /\r\nContent-Length: 6\r\n\r\nzwölf$/,
    )
    expect(buildRequest({ ...plain, method: 'POST' }).bytes.toString()).toContain('\r\nContent-Length: 0\r\n')
  })

  test('without keep-alive it says that the connection ends', () => {
    expect(buildRequest({ ...plain, keepAlive: false }).bytes.toString()).toContain('\r\nConnection: close\r\n')
  })

  test('an id is written into its place', () => {
    const request = buildRequest({ ...plain, requestIdPrefix: 'b12-', method: 'POST', body: 'xyz' })
    writeRequestId(request.bytes, request.idAt, 0x1f)
    expect(request.bytes.toString()).toContain('\r\nX-Request-Id: b12-0000001f\r\n\r\nxyz')
  })

  test('nothing breaks out of its line', () => {
    expect(() => buildRequest({ ...plain, path: '/ HTTP/1.1\r\nHost: elsewhere' })).toThrow('control character')
    expect(() => buildRequest({ ...plain, headers: { 'x-a': 'b\nc: d' } })).toThrow('control character')
  })
})
