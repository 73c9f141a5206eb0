import { expect, test } from 'vitest'
import { type Attempt, addAttemptHeaders } from '#lib/front-door/balancer/attempt-headers.ts'

const said = (...attempts: Attempt[]): Record<string, string> => {
  const headers = addAttemptHeaders([], 'ab12cd-3', attempts)
  return Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : [])))
}

test('one attempt that answers has no response time yet', () => {
  expect(said({ address: '127.0.0.1:9', status: 200, connectMs: 0.2, headerMs: 12.6, responseMs: null })).toEqual({
    'X-Front-Door-Generation': 'ab12cd-3',
    'X-Upstream-Addr': '127.0.0.1:9',
    'X-Upstream-Status': '200',
    'X-Upstream-Response-Time': '-',
    'X-Upstream-Header-Time': '0.013',
    'X-Upstream-Connect-Time': '0.000',
  })
})

test('several are lists in the order in which they were made, as nginx has them', () => {
  const failed = { address: '127.0.0.1:8', status: 504, connectMs: 1, headerMs: null, responseMs: 3001.2 }
  const answered = { address: '127.0.0.1:9', status: 200, connectMs: 0, headerMs: 1, responseMs: null }
  expect(said(failed, answered)).toMatchObject({
    'X-Upstream-Addr': '127.0.0.1:8, 127.0.0.1:9',
    'X-Upstream-Status': '504, 200',
    'X-Upstream-Response-Time': '3.001, -',
    'X-Upstream-Header-Time': '-, 0.001',
    'X-Upstream-Connect-Time': '0.001, 0.000',
  })
})
