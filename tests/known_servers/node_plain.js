// An HTTP server as Node's manual begins: no handler for SIGTERM. /slow takes three seconds.
const http = require('http');

http.createServer((request, response) => {
  console.log('request', request.url);
  const answer = () => response.end('hello\n');
  if (request.url === '/slow') setTimeout(answer, 3000);
  else answer();
}).listen(Number(process.env.PORT), '127.0.0.1');
