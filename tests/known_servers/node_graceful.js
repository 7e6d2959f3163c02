// The same with a handler: on SIGTERM it stops listening, finishes its answers and ends.
const http = require('http');

const server = http.createServer((request, response) => {
  console.log('request', request.url);
  const answer = () => response.end('hello\n');
  if (request.url === '/slow') setTimeout(answer, 3000);
  else answer();
}).listen(Number(process.env.PORT), '127.0.0.1');

process.on('SIGTERM', () => server.close(() => process.exit(0)));
