import { PROJECT_LABEL } from './container.ts'

/** Container events that can change what a cluster looks like; health checks, which run by exec, would drown them. */
const FOLLOWED = ['create', 'start', 'restart', 'die', 'oom', 'kill', 'stop', 'pause', 'unpause', 'destroy', 'rename']

export const projectFilter = (project: string): { label: string[] } => ({ label: [`${PROJECT_LABEL}=${project}`] })

/** The `filters` of GET /events for one project's containers. */
export const eventFilter = (project: string): { type: string[]; event: string[]; label: string[] } => ({
  type: ['container'],
  event: FOLLOWED,
  ...projectFilter(project),
})
