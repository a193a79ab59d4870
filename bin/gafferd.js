#!/usr/bin/env node
const v8 = require('node:v8');

// A daemon lives long and keeps little. Left alone, V8 clears up so late that its memory grows by half; when the program
// is loaded, its nursery is as large as it has to be.
v8.setFlagsFromString('--heap-growing-percent=20');
// V8 takes compiled code only under the flags that it was made under: when it is made, at the end, they are as they are at the start
process.once('exit', () => v8.setFlagsFromString('--semi-space-growth-factor=2'));
require('./load-program.js')('gafferd');
v8.setFlagsFromString('--semi-space-growth-factor=1');
