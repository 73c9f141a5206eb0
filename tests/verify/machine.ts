import { cpus, totalmem } from 'node:os'
import { runCommand } from '../run-command.ts'

/** What the figures were measured on: sizes and versions, nothing that names the machine or its folders. */
export type MachineFacts = {
  cpu: string
  cores: number
  memoryGiB: number
  node: string
  nginx: string
  docker: string
}

const firstMatch = async (file: string, args: string[], pattern: RegExp): Promise<string> => {
  const result = await runCommand(file, args, { limitMs: 5_000 })
  return result.code === 0 ? (pattern.exec(result.output)?.[1] ?? 'none') : 'none'
}

export async function machineFacts(): Promise<MachineFacts> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    nginx: await firstMatch('nginx', ['-v'], /nginx\/([\d.]+)/),
    docker: await firstMatch('docker', ['info', '--format', '{{.ServerVersion}}'], /^(\S+)/),
  }
}

/** The commit that was measured, and whether files differed from it; the figures' own file, which each part writes, does not count. */
export async function commitFacts(root: string): Promise<{ commit: string; changed: boolean }> {
  const head = await runCommand('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, limitMs: 5_000 })
  const status = await runCommand('git', ['status', '--porcelain', '--', '.', ':!docs/figures.json'], {
    cwd: root,
    limitMs: 5_000,
  })
  return { commit: head.output.trim(), changed: status.output.trim() !== '' }
}
