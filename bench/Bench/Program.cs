// What bench/README.md describes; results.md holds what came out.
using System.Globalization;
using Gatehouse.Bench;

var duration = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 6);
var folder = Directory.CreateTempSubdirectory("gatehouse-bench-");
try
{
    switch (args.FirstOrDefault())
    {
        case "listing":
            await new ListingComparison(folder.FullName, duration).RunAsync();
            return 0;
        case "package":
            await new PackageCost(duration).RunAsync();
            return 0;
        case "worker":
            await new WorkerCost(folder.FullName, duration).RunAsync();
            return 0;
        case "start":
            await new StartTimes(folder.FullName).RunAsync();
            return 0;
        case "sign-in":
            await new SignInTiming(folder.FullName).RunAsync();
            return 0;
        case "arrivals":
            await new Arrivals(folder.FullName).RunAsync();
            return 0;
        case "mail":
            await new MailTiming(folder.FullName).RunAsync();
            return 0;
        case "sign-in-storage":
            await new SignInStorage(folder.FullName).RunAsync();
            return 0;
        case "flood":
            await new LoginFlood(folder.FullName, duration).RunAsync();
            return 0;
        case "limiter":
            LimiterMemory.Run();
            return 0;
        case "dpop":
            await new DPoPCost(folder.FullName).RunAsync();
            return 0;
        case "verification":
            await new VerificationCost(folder.FullName).RunAsync();
            return 0;
        case "issuers":
            using (var cost = new IssuerCost(folder.FullName))
            {
                await cost.RunAsync();
            }

            return 0;
        case "tokens":
            await new TokenCost(folder.FullName).RunAsync();
            return 0;
        case "storage":
            await new StorageGrowth(folder.FullName, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000).RunAsync();
            return 0;
        case "feed":
            await FeedSimulation.RunAsync();
            return 0;
        case "recovery":
            await new RecoveryRun(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000).RunAsync();
            return 0;
        case "failover":
            await new FailoverDrill(folder.FullName).RunAsync();
            return 0;
        case "shared-limit":
            await new SharedLimitCost(folder.FullName).RunAsync();
            return 0;
        case "telemetry":
            await new TelemetryCost(folder.FullName).RunAsync();
            return 0;
        default:
            await Console.Error.WriteLineAsync("Say what to measure: listing, worker, package, sign-in or flood, and for how many seconds a round; storage, and with how many products; start, arrivals, sign-in-storage, mail, verification, issuers, tokens, dpop, feed, recovery, failover, limiter, shared-limit or telemetry.");
            return 1;
    }
}
finally
{
    folder.Delete(recursive: true);
}
