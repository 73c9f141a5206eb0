import { expect, test } from 'vitest'
import { complaintOf } from '#lib/front-door/complaint.ts'

test('nginx is quoted without time and process numbers', () => {
  const said =
    'nginx: [emerg] unknown directive "foo" in /tmp/x/candidate.conf:3\nnginx: configuration file /tmp/x/candidate.conf test failed\n'
  expect(complaintOf(said)).toBe('[emerg] unknown directive "foo" in /tmp/x/candidate.conf:3')
  expect(
    complaintOf('2026/11/22 19:00:00 [emerg] 12#12: bind() to 127.0.0.1:80 failed (98: Address already in use)'),
  ).toBe('[emerg] bind() to 127.0.0.1:80 failed (98: Address already in use)')
})

test('without a complaint its last words are quoted', () => {
  expect(complaintOf('something odd\n')).toBe('something odd')
  expect(complaintOf('')).toBe('')
})
