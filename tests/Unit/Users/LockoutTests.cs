using Gatehouse.Users;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Unit.Users;

/// <summary>The duration of a lockout after more wrong passwords than a test can send over HTTP.</summary>
public sealed class LockoutTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly Mock<IUserStore> _store = new(MockBehavior.Strict);

    public LockoutTests() =>
        _store.Setup(static store => store.TryReplaceAsync(It.IsAny<User>(), It.IsAny<CancellationToken>())).ReturnsAsync(static (User user, CancellationToken _) => user);

    [Theory]
    [InlineData(86_400, 5, 86_400)]
    [InlineData(86_400, 29, 86_400)]
    [InlineData(86_400, 100, 86_400)]
    [InlineData(86_400, int.MaxValue, 86_400)]
    [InlineData(1, 5, 1)]
    [InlineData(1, 21, 65_536)]
    [InlineData(1, 22, 86_400)]
    [InlineData(1, 100, 86_400)]
    [InlineData(1, int.MaxValue, 86_400)]
    public async Task CountFailure_AfterAnyNumber_LocksOutForAtMostADay(int seconds, int failures, int expected)
    {
        var counted = await CountAsync(seconds, failures - 1);

        Assert.Equal(failures, counted.FailedSignIns);
        Assert.Equal(TimeSpan.FromSeconds(expected), counted.LockedUntil - _time.GetUtcNow());
    }

    [Fact]
    public async Task CountFailure_AtTheMaximumCount_StillLocksOut()
    {
        var counted = await CountAsync(60, int.MaxValue);

        Assert.Equal(int.MaxValue, counted.FailedSignIns);
        Assert.True(counted.IsLockedOut(_time.GetUtcNow()));
    }

    private async Task<User> CountAsync(int seconds, int failures)
    {
        var options = new AuthenticationOptions { LockoutDuration = TimeSpan.FromSeconds(seconds), MaxLockoutDuration = TimeSpan.FromDays(1) };
        var lockout = new Lockout(_store.Object, _time, Options.Create(options));
        Assert.True(UserName.TryParse("ada", out var name));
        var user = new User { Id = "1", Name = name, PasswordHash = "", Roles = [], CreatedAt = _time.GetUtcNow(), FailedSignIns = failures };
        return Assert.IsType<User>(await lockout.CountFailureAsync(user, TestContext.Current.CancellationToken));
    }
}
