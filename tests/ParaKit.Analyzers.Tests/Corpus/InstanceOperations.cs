// rules: PK0001 PK0002 PK0003
// statements of operations
{|PK0001:_device.Reset()|};
{|PK0001:this._device.Reset()|};
{|PK0001:(_device).Reset()|};
{|PK0001:_device!.Reset()|};
Device d = _device; {|PK0001:d.Reset()|};
{|PK0001:new Device().Reset()|};
{|PK0001:Find().Reset()|};
{|PK0001:_devices[n].Reset()|};
{|PK0001:(n > 3 ? _device : Find()).Reset()|};
foreach (Device d in _devices) { {|PK0001:d.Reset()|}; }
_device?{|PK0001:.Reset()|};
if (_device is { } d) { {|PK0001:d.Reset()|}; }
Action a = () => {|PK0001:_device.Reset()|};
void Local() => {|PK0001:_device.Reset()|}; Local();
ulong x = {|PK0001:_device.Status()|} + {|PK0001:Find().Status()|};
{|PK0001:_counter.Add(3)|};
Counter c = _counter; {|PK0001:c.Add({|PK0001:_device.Status()|})|};
fixed (Counter* c = &_counter) { {|PK0001:c->Add(3)|}; {|PK0001:(*c).Add(4)|}; }
ref Counter c = ref _counter; {|PK0001:c.Add(3)|};
{|PK0001:_counter.Twice()|};
{|PK0001:Extensions.Twice(ref _counter)|};
{|PK0001:_typed.Clear()|};
{|PK0001:new Table<byte>().Clear()|};
{|PK0002:_device.Flags()|};
ulong x = {|PK0002:Find().Flags()|} & 1;
Action a = {|PK0003:_device.Reset|};
Func<ulong> a = {|PK0003:Find().Status|};
System.Linq.Expressions.Expression<Action> e = () => {|PK0001:{|PK0003:_device.Reset()|}|};
_plain.Reset();
Plain p = new(); p.Reset(); p.Status();
_device.Ordinary();
string name = nameof(_device.Reset);
object o = _device.GetHashCode();
// members of operations
class Own : Device { void M() { {|PK0001:Reset()|}; {|PK0001:this.Reset()|}; {|PK0001:base.Reset()|}; } }
class Own : Plain { void M() { Reset(); } }
struct Held { Device _inner; void M() { {|PK0001:_inner.Reset()|}; } }
ulong Value => {|PK0001:_device.Status()|};
[NativeOnly] void Early() => _device.Reset();
static void With(Device device) => {|PK0001:device.Reset()|};
