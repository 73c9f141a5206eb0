/** This process's environment with some of it set otherwise: what a child process is given. */
export const environmentWith = (changes: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...changes })
