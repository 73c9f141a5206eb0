#!/usr/bin/env node
import '../../config/require-node.js'

await import('./cli.ts')
