import { expect, test } from 'vitest'
import { tasksIn } from '../../verify/page-tasks.ts'

const thread = (pid: number, tid: number, name: string) => ({
  ...{ name: 'thread_name', ph: 'M', pid, tid, args: { name } },
})
const task = (pid: number, tid: number, dur: number, tdur?: number) => ({
  ...{ name: 'ThreadControllerImpl::RunTask', ph: 'X', pid, tid, dur, ...(tdur !== undefined && { tdur }) },
})

test('tells of each task of the page how long it took, and how much of that it worked', () => {
  const traceEvents = [
    thread(7, 7, 'CrRendererMain'),
    thread(7, 8, 'Compositor'),
    thread(9, 9, 'CrRendererMain'),
    thread(5, 5, 'CrBrowserMain'),
    task(9, 9, 70_000, 60_000),
    task(7, 7, 62_000, 3_500),
    task(7, 7, 1),
    task(7, 8, 90_000, 90_000),
    task(5, 5, 80_000, 80_000),
    { name: 'Receive mojo message', ph: 'X', pid: 7, tid: 7, dur: 99_000, tdur: 99_000 },
    { name: 'ThreadControllerImpl::RunTask', ph: 'I', pid: 7, tid: 7 },
  ]
  expect(tasksIn({ traceEvents })).toEqual([
    { tookMs: 62, workedMs: 3.5 },
    { tookMs: 0.001, workedMs: 0 },
  ])
})

test('a trace without a page has no tasks', () => {
  expect(tasksIn({ traceEvents: [thread(5, 5, 'CrBrowserMain'), task(5, 5, 80_000, 80_000)] })).toEqual([])
})
