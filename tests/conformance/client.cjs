// The stock Direct Line client in Node, steered by lines of JSON on stdin; what it tells comes out as lines of JSON.
globalThis.XMLHttpRequest = require('xhr2');
globalThis.WebSocket = require('ws');
const { ConnectionStatus, DirectLine } = require('botframework-directlinejs');
const { createInterface } = require('node:readline');

const tell = event => process.stdout.write(JSON.stringify(event) + '\n');
const options = JSON.parse(process.argv[2]);

Math.random = () => 0; // the client waits 3 to 15 s before it reconnects; here always 3

const line = new DirectLine(options);
line.connectionStatus$.subscribe(status => tell({ status: ConnectionStatus[status] }));
line.activity$.subscribe(
  activity => tell({ activity }),
  error => tell({ error: String(error.message || error) }),
  () => tell({ completed: true })
);

createInterface({ input: process.stdin })
  .on('line', text => {
    const wish = JSON.parse(text);
    if (wish.reconnect) {
      line.reconnect(wish.reconnect);
    } else if (wish.session) {
      line.getSessionId().subscribe(session => tell({ session }));
    } else {
      line.postActivity(wish.post).subscribe(posted => tell({ posted }), error => tell({ failed: error.status }));
    }
  })
  .on('close', () => process.exit(0));
