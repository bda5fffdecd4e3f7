using System.Net;
using Gatehouse.Protection.Http;
using Gatehouse.Users;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Unit.Users;

/// <summary>How many guesses a day an attacker has, and whether the owner gets in meanwhile.</summary>
public sealed class LockoutTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly IPAddress Home = IPAddress.Parse("203.0.113.7");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly RequestOrigin _origin = new();
    private readonly Lockout _lockout;
    private User _user;

    public LockoutTests()
    {
        var store = new Mock<IUserStore>(MockBehavior.Strict);
        store.Setup(static store => store.TryReplaceAsync(It.IsAny<User>(), It.IsAny<CancellationToken>())).ReturnsAsync(static (User user, CancellationToken _) => user);
        _lockout = new Lockout(store.Object, _origin, _time, Options.Create(new AuthenticationOptions()));
        Assert.True(UserName.TryParse("ada", out var name));
        _user = new User { Id = "1", Name = name, PasswordHash = "", Roles = [], CreatedAt = _time.GetUtcNow() };
    }

    [Fact]
    public async Task OneSite_GuessesAHundredTimesADay()
    {
        var accepted = await GuessForADayAsync(static _ => IPAddress.Parse("198.51.100.9"));

        Assert.InRange(accepted, 90, 101);
    }

    [Fact]
    public async Task ManySites_GuessAHundredTimesADay_Together()
    {
        var accepted = await GuessForADayAsync(static guess => new IPAddress([198, 51, (byte)guess, 1]));

        Assert.InRange(accepted, 90, 100);
    }

    [Fact]
    public async Task Owner_GetsInFromAKnownSite_AtAnyMinuteOfTheDay()
    {
        SignIn(Home);
        var refused = 0;

        await GuessForADayAsync(
            static guess => new IPAddress([198, 51, (byte)guess, 1]),
            () =>
            {
                _origin.Address = ClientAddress.From(Home);
                refused += _lockout.IsLockedOut(_user) ? 1 : 0;
            });

        Assert.Equal(0, refused);
    }

    [Fact]
    public async Task WrongPasswords_AreForgotten_OneByOne()
    {
        await GuessAsync(Home, 4);
        Assert.Equal(4, _lockout.CountFailures(_user));

        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(3, _lockout.CountFailures(_user));
        _time.Advance(TimeSpan.FromMinutes(45));
        Assert.Equal(0, _lockout.CountFailures(_user));
        Assert.Null(_lockout.FindEnd(_user));
    }

    [Fact]
    public async Task RightPassword_ForgivesItsSite_AndNoStranger()
    {
        await GuessAsync(IPAddress.Parse("198.51.100.9"), 5);
        await GuessAsync(Home, 4);

        SignIn(Home);

        Assert.False(IsLockedOut(Home));
        Assert.True(IsLockedOut(IPAddress.Parse("198.51.100.9")));
        Assert.Equal(5, _lockout.CountFailures(_user));
    }

    [Fact]
    public async Task Lift_UnlocksEverySite_AndKeepsTheKnownOnes()
    {
        SignIn(Home);
        await GuessForADayAsync(static guess => new IPAddress([198, 51, (byte)guess, 1]));

        _user = _user with { SignIns = Lockout.Lift(_user.SignIns) };

        Assert.Null(_lockout.FindEnd(_user));
        Assert.Contains(_user.SignIns.Networks, static network => network.IsKnown);
    }

    [Theory]
    [InlineData("203.0.113.200", true)]
    [InlineData("203.0.112.7", false)]
    public async Task Site_IsTheSlash24OfAnIPv4Address(string address, bool isSame)
    {
        await GuessAsync(Home, 5);

        Assert.Equal(isSame, IsLockedOut(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("2001:db8:1:ffff::1", true)]
    [InlineData("2001:db8:2::1", false)]
    public async Task Site_IsTheSlash48OfAnIPv6Address(string address, bool isSame)
    {
        await GuessAsync(IPAddress.Parse("2001:db8:1::1"), 5);

        Assert.Equal(isSame, IsLockedOut(IPAddress.Parse(address)));
    }

    [Fact]
    public async Task History_KeepsTheKnownSites_HoweverManyStrangersGuess()
    {
        for (byte site = 0; site < 20; site++)
        {
            SignIn(new IPAddress([203, 0, site, 1]));
            _time.Advance(TimeSpan.FromDays(1));
        }

        await GuessForADayAsync(static guess => new IPAddress([198, 51, (byte)guess, 1]));

        Assert.Equal(8, _user.SignIns.Networks.Count(static network => network.IsKnown));
        Assert.InRange(_user.SignIns.Networks.Length, 8, 24);
        Assert.False(IsLockedOut(new IPAddress([203, 0, 19, 1])));
        Assert.Equal(_user.SignIns, SignInHistory.Parse(_user.SignIns.Store()));
    }

    private async Task<int> GuessForADayAsync(Func<int, IPAddress> from, Action? eachMinute = null)
    {
        var accepted = 0;
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            for (var guess = 0; guess < 10; guess++)
            {
                var address = from((minute * 10) + guess);
                if (!IsLockedOut(address))
                {
                    accepted++;
                    await GuessAsync(address, 1);
                }
            }

            eachMinute?.Invoke();
            _time.Advance(Minute);
        }

        return accepted;
    }

    private async Task GuessAsync(IPAddress address, int count)
    {
        _origin.Address = ClientAddress.From(address);
        for (var guess = 0; guess < count; guess++)
        {
            _user = Assert.IsType<User>(await _lockout.CountFailureAsync(_user, TestContext.Current.CancellationToken));
        }
    }

    private void SignIn(IPAddress address)
    {
        _origin.Address = ClientAddress.From(address);
        _user = _user with { SignIns = _lockout.Forgive(_user) };
    }

    private bool IsLockedOut(IPAddress address)
    {
        _origin.Address = ClientAddress.From(address);
        return _lockout.IsLockedOut(_user);
    }
}
