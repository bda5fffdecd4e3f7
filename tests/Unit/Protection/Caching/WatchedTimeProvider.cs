using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.Protection.Caching;

/// <summary>A clock that runs an action when its caller reads it, which makes a race deterministic.</summary>
internal sealed class WatchedTimeProvider : FakeTimeProvider
{
    private Action? _onTimestamp;

    public void OnNextTimestamp(Action action) => _onTimestamp = action;

    public override long GetTimestamp()
    {
        Interlocked.Exchange(ref _onTimestamp, null)?.Invoke();
        return base.GetTimestamp();
    }
}
