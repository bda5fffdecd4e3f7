using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.Caching;

/// <summary>A clock that lets something happen at the very moment at which somebody looks at it: a race that always happens.</summary>
internal sealed class WatchedTimeProvider : FakeTimeProvider
{
    private Action? _onLook;

    public void OnceAtTheNextLook(Action action) => _onLook = action;

    public override long GetTimestamp()
    {
        Interlocked.Exchange(ref _onLook, null)?.Invoke();
        return base.GetTimestamp();
    }
}
