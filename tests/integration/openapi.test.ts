import { createConfig, lintFromString } from '@redocly/openapi-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDashboard, openTestDashboard } from './dashboard.ts'
import { type Document, operationsOf } from './openapi-document.ts'

// The linter's strictest set of rules, and those beyond it that fit this document.
const RULES = {
  'operation-tag-defined': 'error',
  'operation-singular-tag': 'error',
  'parameter-description': 'error',
  'tags-alphabetical': 'error',
  'paths-kebab-case': 'error',
  'no-unused-components': 'error',
} as const

let dashboard: OpenDashboard
let text: string
let document: Document

beforeAll(async () => {
  dashboard = await openTestDashboard()
  text = await (await fetch(`${dashboard.origin}/api/openapi.json`)).text()
  document = JSON.parse(text)
})
afterAll(() => dashboard.close())

test('a linter finds nothing in the document', async () => {
  const config = await createConfig({ extends: ['recommended-strict'], rules: RULES })
  const found = await lintFromString({ source: text, absoluteRef: 'openapi.json', config })
  expect(found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([])
})

test('every call has a name of its own, a summary, a group, and says how it may be refused', () => {
  const operations = operationsOf(document)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  for (const { operationId, summary, tags, responses } of operations) {
    expect(summary, operationId).toMatch(/^[A-Z]/)
    expect(tags, operationId).toHaveLength(1)
    const refusals = Object.entries(responses).filter(([status]) => status.startsWith('4'))
    expect(refusals.length, operationId).toBeGreaterThan(0)
    for (const [status, { content }] of refusals)
      expect(Object.keys(content ?? {}), `${operationId} ${status}`).toEqual(['application/problem+json'])
  }
})

test('every state change asks for the token, and nothing else does', () => {
  for (const { method, operationId, security } of operationsOf(document))
    expect(security ?? [], operationId).toEqual(method === 'get' ? [] : [{ token: [] }])
})
