process.stderr.write('no luck today\n', () => process.exit(3))
