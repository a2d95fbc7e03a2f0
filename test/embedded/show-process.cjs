// Run by sessions of the tests: shows what the process got.
console.log(JSON.stringify({ argv: process.argv.slice(2), cwd: process.cwd(), env: process.env }));
