using Gatehouse.Keys;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Unit.Keys;

/// <summary>Versions and time alone decide which version is announced, active or retiring.</summary>
public sealed class KeyScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Announce = TimeSpan.FromHours(24);
    private static readonly TimeSpan Retain = TimeSpan.FromMinutes(10.5);

    [Fact]
    public void WithoutVersions_NoKeyIsActive()
    {
        var keys = Set();

        Assert.True(keys.IsEmpty);
        Assert.Null(keys.FindActive(Start));
        Assert.Empty(keys.FindPublished(Start));
    }

    [Fact]
    public void OnlyVersion_IsActiveAtOnce()
    {
        Assert.Equal("a", Active(Set(Version("a", 0)), hours: 0));
    }

    [Fact]
    public void OnlyVersion_WithANotBeforeDate_WaitsForIt()
    {
        var keys = Set(Version("a", 0, notBefore: 5));

        Assert.Null(Active(keys, hours: 4.99));
        Assert.Equal(KeyState.Announced, keys.StateOf("a", At(4.99)));
        Assert.Equal("a", Active(keys, hours: 5));
    }

    [Fact]
    public void SecondVersion_IsAnnouncedForADay_ThenSigns()
    {
        var keys = Set(Version("a", 0), Version("b", 1));

        Assert.Equal("a", Active(keys, hours: 24.99));
        Assert.Equal(KeyState.Announced, keys.StateOf("b", At(24.99)));
        Assert.Equal("b", Active(keys, hours: 25));
        Assert.Equal(KeyState.Active, keys.StateOf("b", At(25)));
    }

    [Fact]
    public void NotBeforeDate_BeforeTheCreation_CountsFromTheCreation()
    {
        // Such as --not-before with today's date. The tokens of the replaced key stay valid.
        var keys = Set(Version("a", 0), Version("b", 30, notBefore: 24));

        Assert.Equal("a", Active(keys, hours: 29.99));
        Assert.Equal("b", Active(keys, hours: 30));
        Assert.Equal(KeyState.Retiring, keys.StateOf("a", At(30.01)));
    }

    [Fact]
    public void ReplacedVersion_RetiresUntilItsLastTokenExpires()
    {
        var keys = Set(Version("a", 0), Version("b", 1));
        var end = At(25) + Retain;

        Assert.Equal(KeyState.Retiring, keys.StateOf("a", end.AddTicks(-1)));
        Assert.NotNull(keys.FindForVerification("a", end.AddTicks(-1)));
        Assert.Equal(KeyState.Retired, keys.StateOf("a", end));
        Assert.Null(keys.FindForVerification("a", end));
        Assert.Equal(["b"], Published(keys, end));
    }

    [Fact]
    public void AnnouncedVersion_IsPublished_AndAccepted()
    {
        var keys = Set(Version("a", 0), Version("b", 1));

        Assert.Equal(["a", "b"], Published(keys, At(2)));
        Assert.NotNull(keys.FindForVerification("b", At(2)));
    }

    [Fact]
    public void NotBeforeDate_ReplacesTheAnnouncement()
    {
        var keys = Set(Version("a", 0), Version("b", 1, notBefore: 2));

        Assert.Equal("a", Active(keys, hours: 1.99));
        Assert.Equal("b", Active(keys, hours: 2));
    }

    [Fact]
    public void DisabledActiveVersion_LetsThePreviousSignAgain()
    {
        Assert.Equal("a", Active(Set(Version("a", 0), Version("b", 1, isEnabled: false)), hours: 30));
    }

    [Fact]
    public void DisabledOldestVersion_LetsTheNextSignAtOnce()
    {
        Assert.Equal("b", Active(Set(Version("a", 0, isEnabled: false), Version("b", 1)), hours: 1));
    }

    [Fact]
    public void ExpiredVersion_StopsAtTheSecond_AndTheNextReplacesIt()
    {
        var keys = Set(Version("a", 0, expires: 3), Version("b", 1));

        Assert.Equal("a", Active(keys, hours: 2.99));
        Assert.Equal("b", Active(keys, hours: 3));
        Assert.Null(keys.FindForVerification("a", At(3)));
        Assert.Equal(["b"], Published(keys, At(3)));
    }

    [Fact]
    public void ActiveVersion_IsTheLastActivated_NotTheLastCreated()
    {
        var keys = Set(Version("a", 0), Version("late", 1, notBefore: 50), Version("soon", 2, notBefore: 10));

        Assert.Equal("soon", Active(keys, hours: 49));
        Assert.Equal("late", Active(keys, hours: 50));
    }

    [Fact]
    public void SameKeyInTwoVersions_LastsAsLongAsTheLaterOne()
    {
        var keys = Set(Version("a", 0), Version("b", 1, notBefore: 2), Version("a", 3, notBefore: 4));

        Assert.Equal("a", Active(keys, hours: 100));
        Assert.NotNull(keys.FindForVerification("a", At(100)));
    }

    [Fact]
    public void SameKeyInTwoVersions_IsActive_WhileTheLaterOneIsAnnounced()
    {
        var keys = Set(Version("a", 0), Version("a", 1, notBefore: 50));

        Assert.Equal("a", Active(keys, hours: 2));
        Assert.Equal(KeyState.Active, keys.StateOf("a", At(2)));
    }

    [Fact]
    public void OldestVersion_WithANotBeforeDate_StillAnnouncesTheNext()
    {
        var keys = Set(Version("a", 0, notBefore: 0), Version("b", 1));

        Assert.Equal("a", Active(keys, hours: 24.99));
        Assert.Equal("b", Active(keys, hours: 25));
    }

    [Fact]
    public void ExpiryOfTheOldestVersion_EndsTheAnnouncementOfTheNext_WheneverItIsComputed()
    {
        var keys = Set(Version("a", 0, expires: 3), Version("b", 1), Version("c", 2));

        // The schedule is recomputed at the expiry, and again for a request whose time is just before it.
        Assert.Equal("a", Active(keys, hours: 2));
        Assert.Equal("b", Active(keys, hours: 3));
        Assert.Equal("a", Active(keys, hours: 2.99));
        Assert.Equal(KeyState.Announced, keys.StateOf("c", At(3)));
        Assert.Equal("c", Active(keys, hours: 26));
    }

    [Fact]
    public void WithAllVersionsExpired_NoKeyIsActiveOrPublished()
    {
        var keys = Set(Version("a", 0, expires: 3), Version("b", 1, expires: 4));

        Assert.Null(Active(keys, hours: 4));
        Assert.Empty(Published(keys, At(4)));
        Assert.Equal(KeyState.Retired, keys.StateOf("b", At(4)));
    }

    [Fact]
    public void VersionsActivatedTogether_LetTheLastCreatedSign()
    {
        var keys = Set(Version("a", 0, notBefore: 5), Version("b", 1, notBefore: 5));

        Assert.Equal("b", Active(keys, hours: 5));
        Assert.Equal(KeyState.Retiring, keys.StateOf("a", At(5)));
    }

    [Fact]
    public void NotBeforeDate_AtTheEndOfTheCalendar_ParksAVersion()
    {
        var parked = Version("b", 1) is var version ? version with { Version = version.Version with { NotBefore = DateTimeOffset.MaxValue } } : null!;
        var keys = Set(Version("a", 0), parked);

        Assert.Equal("a", Active(keys, hours: 1000));
        Assert.NotNull(keys.FindForVerification("a", At(1000)));
        Assert.Equal(["a", "b"], Published(keys, At(1000)));
    }

    [Fact]
    public void ManyVersions_AtEveryHour_HaveOneActiveKey_PublishedFirst()
    {
        var keys = Set([.. Enumerable.Range(0, 20).Select(static number => Version($"k{number}", number * 30))]);
        for (var hour = 0; hour < 700; hour++)
        {
            var active = Active(keys, hour);
            Assert.NotNull(active);
            Assert.Equal(active, Published(keys, At(hour))[0]);
            Assert.Equal(KeyState.Active, keys.StateOf(active, At(hour)));
        }
    }

    private static DateTimeOffset At(double hours) => Start.AddHours(hours);

    private static string? Active(KeySet keys, double hours) => keys.FindActive(At(hours))?.Kid;

    private static string[] Published(KeySet keys, DateTimeOffset now) => [.. keys.FindPublished(now).Select(static key => key.Kid)];

    private static KeySet Set(params KeyVersion[] versions) => new([.. versions], Announce, Retain);

    private static KeyVersion Version(string kid, double created, double? notBefore = null, double? expires = null, bool isEnabled = true) => new(
        new SecretVersion(Guid.NewGuid().ToString("N"), isEnabled, At(created), notBefore is { } start ? At(start) : null, expires is { } end ? At(end) : null),
        new SigningKey(kid, SecurityAlgorithms.EcdsaSha256, new JsonWebKey(), new PublicJwk { Kid = kid, KeyType = "EC", Algorithm = SecurityAlgorithms.EcdsaSha256 }));
}
