// rules: PK0303 PK0402 PK0403 PK0404
// statements of a driver
_slots[_producer & Mask].Length = 3; _producer++; {|PK0402:_ring->RequestProducer = _producer|};
_slots[_producer++ & Mask] = place; {|PK0402:_ring->RequestProducer = _producer|};
_slots[_producer & Mask].Length = 3; {|PK0402:_ring->RequestProducer++|};
_slots[_producer & Mask].Length = 3; {|PK0402:_ring->RequestProducer += 1|};
Interlocked.MemoryBarrier(); _slots[_producer & Mask].Length = 3; {|PK0402:_ring->RequestProducer = _producer|};
_slots[_producer & Mask].Length = 3; if (n > 3) { Interlocked.MemoryBarrier(); } {|PK0402:_ring->RequestProducer = _producer|};
{|PK0402:_console->Producer = _producer|};
*(_slots + (_producer & Mask)) = place; {|PK0402:Shared->RequestProducer = _producer + 1|};
for (int i = 0; i < n; i++) { _slots[_producer++ & Mask].Length = 3; Interlocked.MemoryBarrier(); } _slots[0].Id = 4; {|PK0402:_ring->RequestProducer = _producer|};
ref Request r = ref _slots[_producer & Mask]; Interlocked.MemoryBarrier(); r.Length = 3; {|PK0402:_ring->RequestProducer = _producer|};
_slots[_producer & Mask].Length = 3; _producer++; Interlocked.MemoryBarrier(); _ring->RequestProducer = _producer;
_slots[_producer & Mask].Length = 3; _producer++; Order.Stores(); _ring->RequestProducer = _producer;
_slots[_producer & Mask].Length = 3; _producer++; Volatile.Write(ref _ring->RequestProducer, _producer);
_slots[_producer & Mask].Length = 3; Interlocked.Exchange(ref System.Runtime.CompilerServices.Unsafe.As<uint, int>(ref _ring->RequestProducer), (int)_producer);
_ring->RequestProducer = 0; _ring->ResponseProducer = 0; _ring->RequestEvent = 1; _ring->ResponseEvent = 1;
*_ring = new SharedRing { RequestEvent = 1, ResponseEvent = 1 };
SharedRing image = default; image.RequestProducer = _producer; *_ring = image;
Order.Stores(); if (n > 3) { _ring->RequestProducer = _producer; } else { _ring->ResponseProducer = _producer; }
Order.Stores(); _producer++; _entries[0].Id = 3; _ring->RequestProducer = _producer;
if (n > 3) { Order.Stores(); } else { Interlocked.MemoryBarrier(); } _ring->RequestProducer = _producer;
_ring->ResponseEvent = _consumer + 1; _console->Consumer = _consumer;
while (_front.TryTake(out Entry e)) { Use(e); } {|PK0403:X86.Hlt()|};
while (true) { while (_front.TryTake(out Entry e)) { Use(e); } {|PK0403:Wait()|}; }
while (_consumer != _ring->ResponseProducer) { _consumer++; } {|PK0403:X86.Hlt()|};
if (_ring->ResponseProducer == _consumer) { _ring->ResponseEvent = _consumer + 1; {|PK0403:Wait()|}; }
while (Volatile.Read(ref _ring->ResponseProducer) != _consumer) { _consumer++; } {|PK0403:X86.Hlt()|};
if (n > 3) { while (_front.TryTake(out Entry e)) { Use(e); } } {|PK0403:Wait()|};
while (_front.TryTake(out Entry e)) { Use(e); } if (n > 3) { n = _front.FinalCheck() ? 1 : 0; } {|PK0403:Wait()|};
n = _front.FinalCheck() ? 1 : 0; while (_front.TryTake(out Entry e)) { Use(e); } {|PK0403:Wait()|};
if (!_front.TryTake(out Entry first)) { {|PK0403:X86.Hlt()|}; }
while (_consumer != _ring->RequestProducer) { _consumer++; } _ring->RequestEvent = _consumer + 1; {|PK0403:X86.Hlt()|};
while (_front.TryTake(out Entry e)) { Use(e); } if (!_front.FinalCheck()) { X86.Hlt(); }
while (true) { while (_front.TryTake(out Entry e)) { Use(e); } if (_front.FinalCheck()) { continue; } Wait(); }
do { while (_front.TryTake(out Entry e)) { Use(e); } } while (_front.FinalCheck()); X86.Hlt();
while (true) { while (_consumer != _ring->ResponseProducer) { _consumer++; } _ring->ResponseEvent = _consumer + 1; Interlocked.MemoryBarrier(); if (_consumer == _ring->ResponseProducer) { X86.Hlt(); } }
X86.Hlt(); while (_front.TryTake(out Entry e)) { Use(e); }
while (n-- > 0) { Wait(); } _front.TryTake(out Entry e); Use(e);
while (_console->Producer == _consumer) { Wait(); }
Entry entry = default; while (!_front.TryPut(entry)) { Wait(); }
while (_front.TryTake(out Entry e)) { Use(e); } if (n > 3) { Panic(); Wait(); }
uint old = _ring->RequestProducer; Volatile.Write(ref _ring->RequestProducer, old + 1); Wait();
_ring->RequestEvent = 1; _ring->ResponseEvent = 1; Wait();
Use(_entries[{|PK0404:_consumer|}]);
Use(_entries[{|PK0404:_producer++|}]);
Use(_entries[{|PK0404:_consumer + 1|}]);
Use(_slots[{|PK0404:_ring->RequestProducer|}].Id);
uint i = _ring->RequestProducer; Use(_entries[{|PK0404:i|}]);
uint i = Volatile.Read(ref _ring->RequestProducer); Use(_entries[{|PK0404:i - 1|}]);
for (uint i = _consumer; i != _producer; i++) { Use(_entries[{|PK0404:i|}]); }
for (uint i = _consumer; i < _producer; i++) { Use(_entries[{|PK0404:i|}]); }
Use((_slots + {|PK0404:_consumer|})->Id);
Use(span[(int){|PK0404:_consumer|}].Id);
uint i = _consumer & Mask; i = _consumer; Use(_entries[{|PK0404:i|}]);
uint i = n > 3 ? 0 : _consumer; if (n > 5) { i = _producer; } Use(_entries[{|PK0404:i|}]);
Use(_entries[(int){|PK0404:_console->Consumer|}]);
uint i = 0; i += _consumer; Use(_entries[{|PK0404:i|}]);
Use(System.Runtime.CompilerServices.Unsafe.Add(ref _entries[0], (int){|PK0404:_consumer|}));
Use(_entries[_consumer & Mask]);
Use(_entries[_consumer % 32]);
Use(_entries[(int)(_consumer & (uint)(_entries.Length - 1))]);
uint i = _consumer & Mask; Use(_entries[i]);
uint i = _consumer; i &= Mask; Use(_entries[i]);
uint i = _ring->RequestProducer; i %= 32; Use(_entries[i]);
for (uint i = _consumer; i != _producer; i++) { Use(_entries[i & Mask]); }
for (_producer = 0; _producer < 32; _producer++) { _entries[_producer].Id = 0; }
for (uint i = 0; i < _producer - _consumer; i++) { Use(_entries[i]); }
Use(_entries[n]); Use(_entries[_limit]);
Use((_slots + (_consumer & Mask))->Id); Use((uint)span.Length + _consumer);
uint i = _consumer; i = 3; Use(_entries[i]);
uint count = _producer - _consumer; Use(_entries[count]);
_front.Push(); {|PK0303:_channel.Notify()|};
for (int i = 0; i < n; i++) { Entry e = default; _front.TryPut(e); _front.Push(); {|PK0303:_channel.Notify()|}; }
_ = _front.Push(); {|PK0303:_channel.Notify()|};
Volatile.Write(ref _ring->RequestProducer, _producer); {|PK0303:_channel.Notify()|};
Order.Stores(); _ring->ResponseProducer = _producer; if (n > 3) { {|PK0303:_channel.Notify()|}; }
if (_front.Push()) { n++; } _front.Push(); {|PK0303:_channel.Notify()|};
if (_front.Push()) { _channel.Notify(); }
bool wanted = false; for (int i = 0; i < n; i++) { wanted |= _front.Push(); } if (wanted) { _channel.Notify(); }
uint old = _ring->RequestProducer; Volatile.Write(ref _ring->RequestProducer, _producer); Interlocked.MemoryBarrier(); if (_producer - _ring->RequestEvent < _producer - old) { _channel.Notify(); }
_channel.Notify();
Volatile.Write(ref _console->Producer, _producer); _channel.Notify();
_ring->RequestProducer = 0; _ring->RequestEvent = 1; _channel.Notify();
if (!_front.Push()) { return; } _channel.Notify();
_channel.Notify(); _front.Push();
// members of a driver
void Publish() { {|PK0402:_ring->RequestProducer = _producer|}; }
void Publish() => {|PK0402:_ring->RequestProducer = _producer|};
[WriteBarrier] void Ordered() { } void Publish() { Ordered(); _ring->RequestProducer = _producer; }
ref Entry Slot(uint index) => ref _entries[index & Mask];
ref Entry Slot() => ref _entries[{|PK0404:_consumer|}];
Driver(SharedRing* ring) { _ring = ring; ring->RequestProducer = 0; ring->ResponseProducer = 0; }
void Poll(Ring other) { while (other.TryTake(out Entry e)) { Use(e); } } void Idle() { Poll(_front); X86.Hlt(); }
