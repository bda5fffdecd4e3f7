using Gatehouse.Users;

namespace Gatehouse.Tests.Integration.Stores;

/// <summary>What every <see cref="IUserStore"/> must do.</summary>
public abstract class UserStoreContract
{
    private const int Writers = 16;

    private protected abstract IUserStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_UnknownName_IsNull() =>
        Assert.Null(await Store.FindAsync(Samples.Name("nobody"), Cancellation));

    [Fact]
    public async Task Add_EveryField_ComesBack()
    {
        var user = Samples.User("Ada@Example.com") with
        {
            IsEnabled = false,
            MustChangePassword = true,
            PasswordExpiresAt = Samples.Now.AddTicks(5),
            SignIns = new SignInHistory(
                Samples.Now.AddTicks(1),
                [new NetworkSignIns("known", default, new DateOnly(2026, 2, 28)), new NetworkSignIns("stranger", Samples.Now.AddTicks(7), null)]),
            Email = new EmailAddress("ada@example.com"),
            IsEmailVerified = true,
            TokensRevokedAt = Samples.Now.AddTicks(3),
            SessionsEndedAt = Samples.Now.AddTicks(2),
        };

        var added = await Store.TryAddAsync(user, Cancellation);

        Assert.NotNull(added?.Version);
        AssertSame(user, added);
        var found = await Store.FindAsync(user.Name, Cancellation);
        AssertSame(user, found);
        Assert.Equal(added.Version, found!.Version);
    }

    [Theory]
    [MemberData(nameof(Samples.Texts), MemberType = typeof(Samples))]
    public async Task Add_AwkwardTexts_ComeBack(string text)
    {
        var user = Samples.User() with { PasswordHash = text, Roles = ["viewer", text] };

        await Store.TryAddAsync(user, Cancellation);

        AssertSame(user, await Store.FindAsync(user.Name, Cancellation));
    }

    [Theory]
    [InlineData("o'brien")]
    [InlineData("'; DROP TABLE users; --")]
    [InlineData("straße%_")]
    [InlineData("ada/lovelace#1?\\x")]
    [InlineData("馬🐎")]
    public async Task Find_AwkwardName_FindsThatUserOnly(string name)
    {
        var user = Samples.User(name);
        await Store.TryAddAsync(user, Cancellation);
        await Store.TryAddAsync(Samples.User("somebody else"), Cancellation);

        AssertSame(user, await Store.FindAsync(user.Name, Cancellation));
    }

    [Fact]
    public async Task Add_NoRoles_ComesBackWithoutRoles()
    {
        var user = Samples.User() with { Roles = [] };

        await Store.TryAddAsync(user, Cancellation);

        Assert.Empty((await Store.FindAsync(user.Name, Cancellation))!.Roles);
    }

    [Fact]
    public async Task Find_NameInAnotherCase_IsTheSameUser()
    {
        var user = Samples.User("Ada");
        await Store.TryAddAsync(user, Cancellation);

        AssertSame(user, await Store.FindAsync(Samples.Name("aDA"), Cancellation));
    }

    [Fact]
    public async Task Add_TakenName_IsNullAndLeavesTheFirst()
    {
        var first = Samples.User("ada");
        await Store.TryAddAsync(first, Cancellation);

        Assert.Null(await Store.TryAddAsync(Samples.User("ADA"), Cancellation));
        AssertSame(first, await Store.FindAsync(first.Name, Cancellation));
    }

    [Fact]
    public async Task Add_SameNameConcurrently_ExactlyOneWins()
    {
        var added = await RunConcurrentlyAsync(_ => Store.TryAddAsync(Samples.User(), Cancellation));

        var winner = Assert.Single(added, static user => user is not null);
        AssertSame(winner!, await Store.FindAsync(winner!.Name, Cancellation));
    }

    [Fact]
    public async Task Replace_CurrentVersion_ChangesEveryField()
    {
        var added = await Store.TryAddAsync(Samples.User(), Cancellation);
        var changed = added! with { PasswordHash = "other", Roles = ["admin"], IsEnabled = false };

        var replaced = await Store.TryReplaceAsync(changed, Cancellation);

        AssertSame(changed, replaced);
        Assert.NotEqual(added!.Version, replaced!.Version);
        var found = await Store.FindAsync(added.Name, Cancellation);
        AssertSame(changed, found);
        Assert.Equal(replaced.Version, found!.Version);
    }

    [Fact]
    public async Task Replace_StaleVersion_IsNullAndChangesNothing()
    {
        var added = await Store.TryAddAsync(Samples.User(), Cancellation);
        var current = await Store.TryReplaceAsync(added! with { PasswordHash = "second" }, Cancellation);

        Assert.Null(await Store.TryReplaceAsync(added! with { PasswordHash = "third" }, Cancellation));
        AssertSame(current!, await Store.FindAsync(added!.Name, Cancellation));
    }

    [Fact]
    public async Task Replace_UnknownUser_IsNullAndAddsNothing()
    {
        var added = await Store.TryAddAsync(Samples.User(), Cancellation);
        var other = Samples.User("grace") with { Version = added!.Version };

        Assert.Null(await Store.TryReplaceAsync(other, Cancellation));
        Assert.Null(await Store.FindAsync(other.Name, Cancellation));
    }

    [Fact]
    public async Task Replace_OneVersionConcurrently_ExactlyOneWins()
    {
        var added = await Store.TryAddAsync(Samples.User(), Cancellation);

        var replaced = await RunConcurrentlyAsync(i => Store.TryReplaceAsync(added! with { PasswordHash = $"writer {i}" }, Cancellation));

        var winner = Assert.Single(replaced, static user => user is not null);
        AssertSame(winner!, await Store.FindAsync(winner!.Name, Cancellation));
    }

    [Fact]
    public async Task Remove_CurrentVersion_RemovesIt_AndItsNameIsFree()
    {
        var added = await Store.TryAddAsync(Samples.User(), Cancellation);

        Assert.True(await Store.TryRemoveAsync(added!, Cancellation));
        Assert.False(await Store.TryRemoveAsync(added!, Cancellation));
        Assert.Null(await Store.FindAsync(added!.Name, Cancellation));
        Assert.NotNull(await Store.TryAddAsync(Samples.User(), Cancellation));
    }

    [Fact]
    public async Task Remove_StaleVersion_RemovesNothing()
    {
        var added = await Store.TryAddAsync(Samples.User(), Cancellation);
        await Store.TryReplaceAsync(added! with { PasswordHash = "second" }, Cancellation);

        Assert.False(await Store.TryRemoveAsync(added!, Cancellation));
        Assert.NotNull(await Store.FindAsync(added!.Name, Cancellation));
    }

    [Fact]
    public async Task HasEnabledUser_LooksForEnabledUsersWithOneOfTheRoles()
    {
        Assert.False(await Store.HasEnabledUserAsync(["admin"], null, Cancellation));
        await Store.TryAddAsync(Samples.User("viewer") with { Roles = ["viewer", "administrator"] }, Cancellation);
        await Store.TryAddAsync(Samples.User("disabled") with { Roles = ["admin"], IsEnabled = false }, Cancellation);
        await Store.TryAddAsync(Samples.User("expired") with { Roles = ["admin"], PasswordExpiresAt = Samples.Now }, Cancellation);
        Assert.False(await Store.HasEnabledUserAsync(["admin"], null, Cancellation));
        Assert.False(await Store.HasEnabledUserAsync([], null, Cancellation));

        var admin = await Store.TryAddAsync(Samples.User("admin") with { Roles = ["viewer", "admin"], PasswordExpiresAt = DateTimeOffset.MaxValue }, Cancellation);
        Assert.False(await Store.HasEnabledUserAsync(["admin"], admin!.Id, Cancellation));
        Assert.True(await Store.HasEnabledUserAsync(["boss", "admin"], null, Cancellation));
        Assert.False(await Store.HasEnabledUserAsync(["boss"], null, Cancellation));
    }

    [Fact]
    public async Task VerifiedEmail_FindsItsUser_AndBelongsToOne_UntilItIsGivenUp()
    {
        var email = new EmailAddress("ada@example.com");
        var ada = await Store.TryAddAsync(Samples.User("ada") with { Email = email }, Cancellation);
        var eve = await Store.TryAddAsync(Samples.User("eve") with { Email = email }, Cancellation);
        Assert.Null(await Store.FindByEmailAsync(email, Cancellation));

        ada = await Store.TryReplaceAsync(ada! with { IsEmailVerified = true }, Cancellation);
        AssertSame(ada!, await Store.FindByEmailAsync(email, Cancellation));
        await Assert.ThrowsAsync<EmailTakenException>(() => Store.TryReplaceAsync(eve! with { IsEmailVerified = true }, Cancellation));
        await Assert.ThrowsAsync<EmailTakenException>(() => Store.TryAddAsync(Samples.User("bob") with { Email = email, IsEmailVerified = true }, Cancellation));
        Assert.Null(await Store.FindAsync(Samples.Name("bob"), Cancellation));
        ada = await Store.TryReplaceAsync(ada! with { PasswordHash = "other" }, Cancellation);
        AssertSame(ada!, await Store.FindByEmailAsync(email, Cancellation));

        ada = await Store.TryReplaceAsync(ada! with { Email = new EmailAddress("lovelace@example.com") }, Cancellation);
        Assert.Null(await Store.FindByEmailAsync(email, Cancellation));
        eve = await Store.TryReplaceAsync(eve! with { IsEmailVerified = true }, Cancellation);
        AssertSame(eve!, await Store.FindByEmailAsync(email, Cancellation));
        Assert.True(await Store.TryRemoveAsync(eve!, Cancellation));
        Assert.Null(await Store.FindByEmailAsync(email, Cancellation));
        Assert.NotNull(await Store.TryReplaceAsync(ada! with { Email = email }, Cancellation));
    }

    [Fact]
    public async Task Add_TakenName_LeavesItsEmailFree()
    {
        var email = new EmailAddress("ada@example.com");
        await Store.TryAddAsync(Samples.User("ada"), Cancellation);

        Assert.Null(await Store.TryAddAsync(Samples.User("ada") with { Email = email, IsEmailVerified = true }, Cancellation));

        Assert.NotNull(await Store.TryAddAsync(Samples.User("eve") with { Email = email, IsEmailVerified = true }, Cancellation));
    }

    [Fact]
    public async Task VerifyOneEmailConcurrently_ExactlyOneWins()
    {
        var email = new EmailAddress("ada@example.com");
        var verified = await RunConcurrentlyAsync(async i =>
        {
            try
            {
                return await Store.TryAddAsync(Samples.User($"user {i}") with { Email = email, IsEmailVerified = true }, Cancellation);
            }
            catch (EmailTakenException)
            {
                return null;
            }
        });

        var winner = Assert.Single(verified, static user => user is not null);
        AssertSame(winner!, await Store.FindByEmailAsync(email, Cancellation));
    }

    [Fact]
    public async Task WriteForNobody_ConcurrentlyAndRepeated_ChangesNoUser()
    {
        var added = await Store.TryAddAsync(Samples.User("ada"), Cancellation);

        await RunConcurrentlyAsync(async _ =>
        {
            await Store.WriteForNobodyAsync(Cancellation);
            return true;
        });
        await Store.WriteForNobodyAsync(Cancellation);

        var found = await Store.FindAsync(added!.Name, Cancellation);
        AssertSame(added, found);
        Assert.Equal(added.Version, found!.Version);
        Assert.Null(await Store.FindAsync(Samples.Name("nobody"), Cancellation));
        Assert.False(await Store.HasEnabledUserAsync(["admin"], null, Cancellation));
    }

    private static Task<T[]> RunConcurrentlyAsync<T>(Func<int, Task<T>> run) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => run(i))));

    private static void AssertSame(User expected, User? actual)
    {
        Assert.NotNull(actual);

        // An immutable array equals only itself, so the roles are compared on their own.
        Assert.Equal(expected.Roles.AsEnumerable(), actual.Roles);
        Assert.Equal(expected, actual with { Roles = expected.Roles, Version = expected.Version });
    }
}
