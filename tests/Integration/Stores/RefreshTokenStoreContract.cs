using System.Collections.Immutable;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IRefreshTokenStore"/> must do.</summary>
public abstract class RefreshTokenStoreContract
{
    private const int Writers = 16;

    private protected abstract IRefreshTokenStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_UnknownId_IsNull() =>
        Assert.Null(await Store.FindAsync(Samples.Family().Id, Cancellation));

    [Fact]
    public async Task Add_NewFamily_ComesBackWithEmptyHistory()
    {
        var family = Samples.Family();

        await Store.AddAsync(family, Cancellation);

        var found = await FindAsync(family.Id);
        AssertSame(family, found);
        Assert.NotNull(found.Version);
        Assert.Empty(found.PreviousHash);
        Assert.Empty(found.RotationSalt);
        Assert.Null(found.RotatedAt);
        Assert.Null(found.RevokedAt);
    }

    [Theory]
    [MemberData(nameof(Samples.Texts), MemberType = typeof(Samples))]
    public async Task Add_AwkwardTexts_ComeBack(string text)
    {
        var family = Samples.Family() with { Subject = text, UserName = text, ClientId = text };

        await Store.AddAsync(family, Cancellation);

        AssertSame(family, await FindAsync(family.Id));
    }

    [Fact]
    public async Task Add_FamilyWithoutAProofKey_ComesBackWithoutOne()
    {
        var family = Samples.Family() with { ProofKeyThumbprint = null };

        await Store.AddAsync(family, Cancellation);

        AssertSame(family, await FindAsync(family.Id));
    }

    [Fact]
    public async Task Add_NoScopes_ComesBackWithoutScopes()
    {
        var family = Samples.Family() with { Scopes = [], Audiences = [], AuthenticationMethods = [] };

        await Store.AddAsync(family, Cancellation);

        AssertSame(family, await FindAsync(family.Id));
    }

    [Fact]
    public async Task Replace_CurrentVersion_ChangesEveryField()
    {
        var added = await AddAsync(Samples.Family());
        var changed = added with
        {
            ProofKeyThumbprint = null,
            Scopes = ["samples:read"],
            Audiences = [],
            IdleExpiresAt = added.IdleExpiresAt.AddTicks(7),
            PreviousHash = added.CurrentHash,
            CurrentHash = RefreshToken.CreateSalt(),

            // Every value of a byte, zero among them.
            RotationSalt = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)],
            RotatedAt = Samples.Now.AddTicks(3),
            RevokedAt = Samples.Now.AddTicks(4),
            Network = "2001:db8:1::/48",
            UserAgent = "curl/8.5",
        };

        Assert.True(await Store.TryReplaceAsync(changed, Cancellation));

        var found = await FindAsync(added.Id);
        AssertSame(changed, found);
        Assert.NotEqual(added.Version, found.Version);
    }

    [Fact]
    public async Task Replace_StaleVersion_IsFalseAndChangesNothing()
    {
        var added = await AddAsync(Samples.Family());
        var current = added with { RotatedAt = Samples.Now };
        Assert.True(await Store.TryReplaceAsync(current, Cancellation));

        Assert.False(await Store.TryReplaceAsync(added with { RotatedAt = Samples.Now.AddDays(1) }, Cancellation));
        AssertSame(current, await FindAsync(added.Id));
    }

    [Fact]
    public async Task Replace_FamilyThatIsGone_IsFalseAndAddsNothing()
    {
        var added = await AddAsync(Samples.Family());
        Assert.Equal(1, await Store.RemoveExpiredAsync(added.ExpiresAt, limit: 10, Cancellation));

        Assert.False(await Store.TryReplaceAsync(added, Cancellation));
        Assert.Null(await Store.FindAsync(added.Id, Cancellation));
    }

    [Fact]
    public async Task Replace_OneVersionConcurrently_ExactlyOneWins()
    {
        var added = await AddAsync(Samples.Family());
        var rotations = Enumerable.Range(0, Writers).Select(_ => added with { CurrentHash = RefreshToken.CreateSalt() }).ToArray();

        var replaced = await Task.WhenAll(rotations.Select(rotation => Task.Run(() => Store.TryReplaceAsync(rotation, Cancellation))));

        Assert.Single(replaced, static isReplaced => isReplaced);
        AssertSame(rotations[Array.IndexOf(replaced, true)], await FindAsync(added.Id));
    }

    [Fact]
    public async Task List_HasTheFamiliesOfTheUser_ExceptUnlistedOnes()
    {
        var subject = Guid.NewGuid().ToString("N");
        Assert.Empty(await Store.ListAsync(subject, limit: 10, Cancellation));
        var first = await AddAsync(Samples.Family() with { Subject = subject, Network = "203.0.113.0/24", UserAgent = "Mozilla/5.0" });
        var second = await AddAsync(Samples.Family() with { Subject = subject });
        var unlisted = await AddAsync(Samples.Family() with { Subject = subject });
        await AddAsync(Samples.Family());
        await Store.UnlistAsync(subject, unlisted.Id, Cancellation);
        await Store.UnlistAsync(subject, unlisted.Id, Cancellation);
        Assert.True(await Store.TryReplaceAsync(unlisted with { RevokedAt = Samples.Now }, Cancellation));

        Assert.Equal(new[] { first.Id, second.Id }.Order(), (await Store.ListAsync(subject, limit: 10, Cancellation)).Order());
        Assert.Single(await Store.ListAsync(subject, limit: 1, Cancellation));

        await Store.RemoveExpiredAsync(Samples.Now.AddDays(31), limit: 10, Cancellation);
        Assert.Empty(await Store.ListAsync(subject, limit: 10, Cancellation));
    }

    [Fact]
    public async Task RemoveExpired_RemovesThoseAtTheirEndAndNoOthers()
    {
        var past = await AddAsync(Samples.Family() with { ExpiresAt = Samples.Now.AddTicks(-1) });
        var atItsEnd = await AddAsync(Samples.Family() with { ExpiresAt = Samples.Now });
        var living = await AddAsync(Samples.Family() with { ExpiresAt = Samples.Now.AddTicks(1), IdleExpiresAt = Samples.Now.AddDays(-1) });

        Assert.Equal(2, await Store.RemoveExpiredAsync(Samples.Now, limit: 10, Cancellation));

        Assert.Null(await Store.FindAsync(past.Id, Cancellation));
        Assert.Null(await Store.FindAsync(atItsEnd.Id, Cancellation));
        AssertSame(living, await FindAsync(living.Id));
    }

    [Fact]
    public async Task RemoveExpired_MoreThanTheLimit_RemovesTheRestNextTime()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(Samples.Family());
        }

        var later = Samples.Now.AddDays(31);
        Assert.Equal(3, await Store.RemoveExpiredAsync(later, limit: 3, Cancellation));
        Assert.Equal(2, await Store.RemoveExpiredAsync(later, limit: 3, Cancellation));
        Assert.Equal(0, await Store.RemoveExpiredAsync(later, limit: 3, Cancellation));
    }

    private static void AssertSame(RefreshTokenFamily expected, RefreshTokenFamily actual)
    {
        // An immutable array equals only itself, so these are compared on their own.
        Assert.Equal(expected.Scopes.AsEnumerable(), actual.Scopes);
        Assert.Equal(expected.Audiences.AsEnumerable(), actual.Audiences);
        Assert.Equal(expected.AuthenticationMethods.AsEnumerable(), actual.AuthenticationMethods);
        Assert.Equal(expected.CurrentHash.AsEnumerable(), actual.CurrentHash);
        Assert.Equal(expected.PreviousHash.AsEnumerable(), actual.PreviousHash);
        Assert.Equal(expected.RotationSalt.AsEnumerable(), actual.RotationSalt);
        Assert.Equal(WithoutArrays(expected), WithoutArrays(actual));
    }

    private static RefreshTokenFamily WithoutArrays(RefreshTokenFamily family) => family with
    {
        Scopes = ImmutableArray<string>.Empty,
        Audiences = [],
        AuthenticationMethods = [],
        CurrentHash = [],
        PreviousHash = [],
        RotationSalt = [],
        Version = null,
    };

    private async Task<RefreshTokenFamily> AddAsync(RefreshTokenFamily family)
    {
        await Store.AddAsync(family, Cancellation);
        return await FindAsync(family.Id);
    }

    private async Task<RefreshTokenFamily> FindAsync(string id)
    {
        var family = await Store.FindAsync(id, Cancellation);
        Assert.NotNull(family);
        return family;
    }
}
